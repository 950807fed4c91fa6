// Many pods for benchmarks: how they are created, over how many connections.
// Never says what one looks like; that is manypod.go.
package seed

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	connections      = 8
	progressInterval = 5 * time.Second
)

func createMany(ctx context.Context, config *rest.Config, namespace string, count int, out io.Writer) error {
	if count < 0 {
		return fmt.Errorf("--count %d: give the number of pods, 0 or more", count)
	}
	clients := make([]kubernetes.Interface, connections)
	for i := range clients {
		client, err := protobufClient(config)
		if err != nil {
			return err
		}
		clients[i] = client
	}
	if err := ensureNamespace(ctx, clients[0], namespace); err != nil {
		return err
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, finished atomic.Int64
	start := time.Now()
	var workers sync.WaitGroup
	for _, client := range clients {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				if err := createPod(ctx, client, benchPod(namespace, i)); err != nil {
					cancel(err)
					return
				}
				finished.Add(1)
			}
		}()
	}
	done := make(chan struct{})
	go func() { workers.Wait(); close(done) }()
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			report(out, namespace, finished.Load(), count, start)
		case <-done:
			report(out, namespace, finished.Load(), count, start)
			return context.Cause(ctx)
		}
	}
}

func report(out io.Writer, namespace string, finished int64, count int, start time.Time) {
	elapsed := time.Since(start)
	fmt.Fprintf(out, "%d of %d pods in namespace %s after %.1f s (%.0f a second)\n",
		finished, count, namespace, elapsed.Seconds(), float64(finished)/elapsed.Seconds())
}

// protobufClient has a connection of its own: clients made from one config share one.
func protobufClient(config *rest.Config) (kubernetes.Interface, error) {
	c := rest.CopyConfig(config)
	c.ContentType = runtime.ContentTypeProtobuf
	c.AcceptContentTypes = runtime.ContentTypeProtobuf
	// client-go caches transports and shares them, but never one with a dialer of its own.
	c.Dial = (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	client, err := kubernetes.NewForConfig(c)
	if err != nil {
		return nil, fmt.Errorf("make a client for %s: %w", c.Host, err)
	}
	return client, nil
}

// createPod leaves a pod of an earlier run as it is, unless that run ended before its status was written.
func createPod(ctx context.Context, client kubernetes.Interface, want *corev1.Pod) error {
	pods := client.CoreV1().Pods(want.Namespace)
	live, err := pods.Create(ctx, want, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		live, err = pods.Get(ctx, want.Name, metav1.GetOptions{})
		if err == nil && len(live.Status.Conditions) > 0 {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("create the pod %s/%s: %w", want.Namespace, want.Name, err)
	}
	qos := live.Status.QOSClass
	live.Status = want.Status
	live.Status.QOSClass = qos
	if _, err := pods.UpdateStatus(ctx, live, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("write the status of the pod %s/%s: %w", want.Namespace, want.Name, err)
	}
	return nil
}
