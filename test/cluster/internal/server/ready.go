// From a started process to a cluster that answers, and how others learn of it.
// Never announces a cluster before /readyz and the second user's role are there.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// bringUp waits until the API server is ready and has the second user's role.
func bringUp(ctx context.Context, l layout) error {
	config, err := clientcmd.BuildConfigFromFlags("", l.Kubeconfig)
	if err != nil {
		return fmt.Errorf("read back %s: %w", l.Kubeconfig, err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	// The namespace default is created after /readyz turns green, hence one loop for both.
	for {
		_, err = client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		if err == nil {
			err = grantReader(ctx, client)
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("not ready after %s", readyTimeout), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// announce writes ready.json last, then the same line on standard output.
func announce(l layout, server string) error {
	line, err := json.Marshal(struct {
		Server     string `json:"server"`
		Kubeconfig string `json:"kubeconfig"`
		CA         string `json:"ca"`
		PID        int    `json:"pid"`
	}{server, l.Kubeconfig, l.CACert, os.Getpid()})
	if err != nil {
		return fmt.Errorf("encode the ready line: %w", err)
	}
	line = append(line, '\n')
	if err := writeFile(l.Ready, line, 0o644); err != nil {
		return err
	}
	if _, err := stdout.Write(line); err != nil {
		return fmt.Errorf("print the ready line: %w", err)
	}
	return nil
}
