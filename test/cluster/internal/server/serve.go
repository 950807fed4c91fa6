// Package server runs one test cluster: etcd and kube-apiserver in this process.
// It never creates workloads; seed does that through the API, as any client would.
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	readyTimeout = 60 * time.Second
	// stopTimeout bounds a clean stop: an open watch would otherwise hold the API server for a minute.
	stopTimeout = 4 * time.Second
)

// Serve runs a cluster whose state is in dir until ctx ends. It announces the
// cluster on standard output and in dir/ready.json once it answers requests.
// moreFlags are kube-apiserver's, after the cluster's own.
func Serve(ctx context.Context, dir string, port int, moreFlags []string) error {
	layout, err := prepareDir(dir)
	if err != nil {
		return err
	}
	unlock, err := layout.lock()
	if err != nil {
		return err
	}
	defer unlock()
	// Readiness is promised by the file's presence, so a former run's must go before anything starts.
	if err := removeIfPresent(layout.Ready); err != nil {
		return err
	}
	if err := sendLogsTo(ctx, layout.Log); err != nil {
		return err
	}
	if err := os.Chdir(layout.Dir); err != nil {
		return fmt.Errorf("enter %s (etcd's sockets are relative to it): %w", layout.Dir, err)
	}

	ca, err := loadOrCreateCA(layout)
	if err != nil {
		return err
	}
	if err := ca.issueServing(layout.ServingCert, layout.ServingKey); err != nil {
		return err
	}
	if err := ensureServiceAccountKey(layout.ServiceAccountKey); err != nil {
		return err
	}
	tokens, err := loadOrCreateTokens(layout.Tokens)
	if err != nil {
		return err
	}

	// The port is taken here and handed over, so that nobody else can get it in between.
	listener, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("listen on loopback port %d (choose another with --port, or 0 for a free one): %w", port, err)
	}
	server := "https://" + listener.Addr().String()
	if err := writeKubeconfigs(layout, server, tokens); err != nil {
		return err
	}

	etcd, err := startEtcd(ctx, layout)
	if ctx.Err() != nil && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	defer etcd.stop()

	apiCtx, stopAPI := context.WithCancel(ctx)
	defer stopAPI()
	done := make(chan error, 1)
	go func() { done <- runAPIServer(apiCtx, layout, listener, moreFlags) }()

	ready := make(chan error, 1)
	go func() { ready <- bringUp(apiCtx, layout) }()

	for {
		select {
		case err := <-ready:
			if ctx.Err() != nil {
				ready = nil
				continue
			}
			if err != nil {
				// Where the API server has ended by itself, its reason says more than our waiting does.
				select {
				case apiErr := <-done:
					err = errors.Join(apiErr, err)
				default:
				}
				return fmt.Errorf("bring up the cluster in %s (see %s): %w", layout.Dir, layout.Log, err)
			}
			if err := announce(layout, server); err != nil {
				return err
			}
			ready = nil
		case err := <-etcd.failed():
			return fmt.Errorf("etcd stopped (see %s): %w", layout.Log, err)
		case err := <-done:
			if ctx.Err() != nil {
				return removeIfPresent(layout.Ready)
			}
			return fmt.Errorf("kube-apiserver stopped (see %s): %w", layout.Log, orUnexpected(err))
		case <-ctx.Done():
			if err := removeIfPresent(layout.Ready); err != nil {
				return err
			}
			select {
			case <-done:
			case <-time.After(stopTimeout):
			}
			return nil
		}
	}
}

func orUnexpected(err error) error {
	if err == nil {
		return errors.New("it ended without an error")
	}
	return err
}

func removeIfPresent(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the old %s: %w", filepath.Base(path), err)
	}
	return nil
}
