// The kube-apiserver inside the process: its options and its run.
// Never handles signals or the process's exit; serve.go does.
package server

import (
	"context"
	"fmt"
	"net"

	"github.com/spf13/pflag"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/client-go/rest"
	"k8s.io/component-base/compatibility"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// runAPIServer serves on listener until ctx ends.
func runAPIServer(ctx context.Context, l layout, listener net.Listener, moreFlags []string) error {
	o := options.NewServerRunOptions()
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	for _, section := range o.Flags().FlagSets {
		flags.AddFlagSet(section)
	}
	if err := flags.Parse(append(apiServerFlags(l), moreFlags...)); err != nil {
		return fmt.Errorf("parse kube-apiserver's flags: %w", err)
	}
	o.SecureServing.Listener = listener
	o.SecureServing.BindPort = listener.Addr().(*net.TCPAddr).Port

	registry := o.GenericServerRunOptions.ComponentGlobalsRegistry
	if err := registry.Set(); err != nil {
		return fmt.Errorf("set kube-apiserver's feature gates: %w", err)
	}
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	if err := logsapi.ValidateAndApply(o.Logs, registry.FeatureGateFor(compatibility.DefaultKubeComponent)); err != nil {
		return fmt.Errorf("set up kube-apiserver's log: %w", err)
	}
	completed, err := o.Complete(ctx)
	if err != nil {
		return fmt.Errorf("complete kube-apiserver's options: %w", err)
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return fmt.Errorf("check kube-apiserver's options: %w", utilerrors.NewAggregate(errs))
	}
	// app.Run, not NewAPIServerCommand: that one installs its own signal handler.
	return app.Run(ctx, completed)
}

func apiServerFlags(l layout) []string {
	return []string{
		"--etcd-servers=" + etcdClientURL,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		"--tls-cert-file=" + l.ServingCert,
		"--tls-private-key-file=" + l.ServingKey,
		"--token-auth-file=" + l.Tokens,
		"--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + l.ServiceAccountKey,
		"--service-account-signing-key-file=" + l.ServiceAccountKey,
		"--service-cluster-ip-range=10.96.0.0/16",
		"--allow-privileged=true",
		// No controller creates service accounts here, and pods are to be created all the same.
		"--disable-admission-plugins=ServiceAccount",
		"--endpoint-reconciler-type=none",
		// Otherwise a request for a pod's log looks the node's name up in the DNS.
		"--kubelet-preferred-address-types=InternalIP",
		"--profiling=false",
	}
}
