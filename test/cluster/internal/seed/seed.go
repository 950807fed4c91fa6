// Package seed creates named sets of objects in a cluster, through its API only.
// It never starts a cluster and never deletes or rewrites what is there already.
package seed

import (
	"context"
	"fmt"
	"io"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// Options says which objects go where.
type Options struct {
	Kubeconfig string
	Set        string
	// Count and Namespace are for the set many only.
	Count     int
	Namespace string
}

// Run creates the set's objects and writes a line of progress for each step to out.
// A second run leaves what exists as it is, apart from its status.
func Run(ctx context.Context, o Options, out io.Writer) error {
	config, err := clientcmd.BuildConfigFromFlags("", o.Kubeconfig)
	if err != nil {
		return fmt.Errorf("read the kubeconfig %s (is the cluster up? start it with: cluster serve --dir DIR): %w", o.Kubeconfig, err)
	}
	// What goes wrong is returned; the client library would print it besides.
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	config.UserAgent = "k8s_fdw-test-cluster-seed"
	// The client's own rate limit is for production servers; this one is ours.
	config.QPS, config.Burst = -1, -1
	config.WarningHandler = rest.NoWarnings{}

	if err := reach(config); err != nil {
		return err
	}

	switch o.Set {
	case "talk", "widgets", "zoo":
		return createManifests(ctx, config, o.Set, out)
	case "many":
		return createMany(ctx, config, o.Namespace, o.Count, out)
	default:
		return fmt.Errorf("unknown set %q: choose talk, many, widgets or zoo", o.Set)
	}
}

// reach tells a cluster that is down from one that refuses an object.
func reach(config *rest.Config) error {
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err == nil {
		_, err = client.ServerVersion()
	}
	if err != nil {
		return fmt.Errorf("reach the cluster at %s (is it up? a restart may have changed its port and the kubeconfig): %w", config.Host, err)
	}
	return nil
}
