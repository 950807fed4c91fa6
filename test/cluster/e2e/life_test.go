// The life of a server: start, announcement, stop, second start, second process.
// Never looks at the objects beyond whether they are still there.
package e2e

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestReadyFileIsTheReadyLine(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(filepath.Dir(shared.Kubeconfig), "ready.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(content, shared.line) {
		t.Errorf("ready.json %q differs from the line %q", content, shared.line)
	}
	if !strings.HasPrefix(shared.Server, "https://127.0.0.1:") || shared.PID != shared.cmd.Process.Pid {
		t.Errorf("ready line %q does not describe process %d", shared.line, shared.cmd.Process.Pid)
	}
}

func TestEndsWhenStdinCloses(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir, "--until-stdin-closes")
	p.stdin.Close()
	p.waitStopped(t)
	if _, err := os.Stat(filepath.Join(dir, "ready.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ready.json after the end: %v, want it gone", err)
	}
}

func TestStopsCleanlyWhileItStarts(t *testing.T) {
	for _, after := range []time.Duration{0, time.Second} {
		var stderr bytes.Buffer
		dir := t.TempDir()
		cmd := exec.Command(binary, "serve", "--dir", dir)
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Signals are caught before there is a log.
		for range 200 {
			if _, err := os.Stat(filepath.Join(dir, "cluster.log")); err == nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(after)
		cmd.Process.Signal(syscall.SIGTERM)
		timer := time.AfterFunc(stopBound, func() { cmd.Process.Kill() })
		if err := cmd.Wait(); err != nil {
			t.Errorf("stopped %s after its log began: %v: %s", after, err, &stderr)
		}
		timer.Stop()
	}
}

func TestRestartKeepsDataUnderAnOpenWatch(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	if out, err := seed(first.Kubeconfig, "talk"); err != nil {
		t.Fatalf("seed: %v\n%s", err, out)
	}
	before := podUIDs(t, first.Kubeconfig)
	if len(before) != len(talkPods) {
		t.Fatalf("got %d pods, want %d", len(before), len(talkPods))
	}
	// Without a bound of its own, an API server waits for its watches to end.
	watch, err := client(t, first.Kubeconfig).CoreV1().Pods("").Watch(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Stop()
	first.cmd.Process.Signal(syscall.SIGTERM)
	first.waitStopped(t)

	ready := filepath.Join(dir, "ready.json")
	if err := os.WriteFile(ready, []byte("stale"), 0o600); err != nil {
		t.Fatal(err)
	}
	second := start(t, dir)
	if content, _ := os.ReadFile(ready); !bytes.Equal(content, second.line) {
		t.Errorf("ready.json after the second start: %q, want %q", content, second.line)
	}
	after := podUIDs(t, second.Kubeconfig)
	for name, uid := range before {
		if after[name] != uid {
			t.Errorf("pod %s had the uid %s, after the restart %q", name, uid, after[name])
		}
	}
}

func TestSecondProcessOnTheSameDirIsRefused(t *testing.T) {
	_, err := startProcess(filepath.Dir(shared.Kubeconfig))
	if err == nil || !strings.Contains(err.Error(), "stop it, or choose another --dir") {
		t.Fatalf("got %v, want a refusal that says what to do", err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(shared.Kubeconfig), "ready.json")); err != nil {
		t.Errorf("the running cluster's ready.json is gone: %v", err)
	}
}

func TestBusyPortIsAnError(t *testing.T) {
	port := shared.Server[strings.LastIndex(shared.Server, ":")+1:]
	_, err := startProcess(t.TempDir(), "--port", port)
	if err == nil || !strings.Contains(err.Error(), "cluster: listen on loopback port "+port) {
		t.Fatalf("got %v, want an error that names port %s", err, port)
	}
}

func podUIDs(t *testing.T, kubeconfig string) map[string]string {
	t.Helper()
	list, err := client(t, kubeconfig).CoreV1().Pods("kube-system").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	uids := map[string]string{}
	for _, pod := range list.Items {
		uids[pod.Name] = string(pod.UID)
	}
	return uids
}
