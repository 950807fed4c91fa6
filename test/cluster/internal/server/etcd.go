// The etcd inside the process: its folder, its sockets, its life.
// Never listens on a network: unix sockets in the cluster's folder, so nobody gets round RBAC.
package server

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// Relative to the cluster's folder, the working directory: a socket's path may have only some 100 bytes.
// etcd demands the form host:port even here, so the files are called etcd-client:0 and etcd-peer:0.
const (
	etcdClientURL = "unix://etcd-client:0"
	etcdPeerURL   = "unix://etcd-peer:0"
)

type etcdServer struct{ *embed.Etcd }

func startEtcd(ctx context.Context, l layout) (etcdServer, error) {
	cfg := embed.NewConfig()
	cfg.Dir = l.Etcd
	cfg.LogOutputs = []string{l.Log}
	cfg.LogLevel = "warn"
	// The embedded default is 0, which logs every single request.
	cfg.WarningUnaryRequestDuration = embed.DefaultWarningUnaryRequestDuration
	// A test's data need not survive a power cut, and every write waits for the disk otherwise.
	cfg.UnsafeNoFsync = true
	cfg.EnableGRPCGateway = false
	cfg.QuotaBackendBytes = 8 << 30
	cfg.ListenClientUrls = mustURLs(etcdClientURL)
	cfg.AdvertiseClientUrls = mustURLs(etcdClientURL)
	cfg.ListenPeerUrls = mustURLs(etcdPeerURL)
	cfg.AdvertisePeerUrls = mustURLs(etcdPeerURL)
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)

	e, err := embed.StartEtcd(cfg)
	if err != nil {
		return etcdServer{}, fmt.Errorf("start etcd in %s (see %s): %w", l.Etcd, l.Log, err)
	}
	select {
	case <-e.Server.ReadyNotify():
		return etcdServer{e}, nil
	case err := <-e.Err():
		return etcdServer{}, fmt.Errorf("start etcd in %s (see %s): %w", l.Etcd, l.Log, err)
	case <-ctx.Done():
		e.Close()
		return etcdServer{}, ctx.Err()
	case <-time.After(readyTimeout):
		e.Close()
		return etcdServer{}, fmt.Errorf("etcd in %s was not ready after %s (see %s)", l.Etcd, readyTimeout, l.Log)
	}
}

func (e etcdServer) failed() <-chan error { return e.Err() }

// stop flushes what is committed and closes etcd, within a bound.
func (e etcdServer) stop() {
	closed := make(chan struct{})
	go func() {
		e.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(stopTimeout):
	}
}

func mustURLs(s string) []url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return []url.URL{*u}
}
