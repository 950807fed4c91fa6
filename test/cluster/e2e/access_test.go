// Who gets in and from where: tokens, RBAC, certificates, sockets, kubectl.
// Never changes what the cluster holds.
package e2e

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

func TestReaderMayOnlyReadPodsInDefault(t *testing.T) {
	reader := client(t, filepath.Join(filepath.Dir(shared.Kubeconfig), "reader.kubeconfig"))
	ctx, list := t.Context(), metav1.ListOptions{}
	if _, err := reader.CoreV1().Pods("default").List(ctx, list); err != nil {
		t.Errorf("pods in default: %v", err)
	}
	_, inSystem := reader.CoreV1().Pods("kube-system").List(ctx, list)
	_, everywhere := reader.CoreV1().Pods("").List(ctx, list)
	_, secrets := reader.CoreV1().Secrets("default").List(ctx, list)
	deletion := reader.CoreV1().Pods("default").Delete(ctx, "any", metav1.DeleteOptions{})
	for what, err := range map[string]error{
		"pods in kube-system": inSystem, "pods in all namespaces": everywhere,
		"secrets in default": secrets, "deleting a pod": deletion,
	} {
		if !apierrors.IsForbidden(err) {
			t.Errorf("%s: got %v, want 403 Forbidden", what, err)
		}
	}
}

func TestWrongTokenIsUnauthorized(t *testing.T) {
	c := config(t, shared.Kubeconfig)
	c.BearerToken = "wrong"
	stranger, err := kubernetes.NewForConfig(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.CoreV1().Pods("default").List(t.Context(), metav1.ListOptions{}); !apierrors.IsUnauthorized(err) {
		t.Errorf("got %v, want 401 Unauthorized", err)
	}
}

func TestKubeconfigHasATokenAndNoClientCertificate(t *testing.T) {
	c := config(t, shared.Kubeconfig)
	if c.BearerToken == "" || len(c.CAData) == 0 || c.Host != shared.Server {
		t.Errorf("kubeconfig lacks its token, its authority or the server %s", shared.Server)
	}
	if len(c.CertData) > 0 || c.CertFile != "" || c.Insecure {
		t.Error("kubeconfig uses a client certificate or skips verification")
	}
}

func TestServingCertificateNamesTheLoopback(t *testing.T) {
	pem, err := os.ReadFile(shared.CA)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		t.Fatalf("%s holds no certificate", shared.CA)
	}
	for _, name := range []string{"127.0.0.1", "::1", "localhost"} {
		conn, err := tls.Dial("tcp", strings.TrimPrefix(shared.Server, "https://"), &tls.Config{RootCAs: roots, ServerName: name})
		if err != nil {
			t.Errorf("as %s: %v", name, err)
			continue
		}
		conn.Close()
	}
}

func TestOnlyLoopbackSocketsListen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the process's sockets are read from /proc, which only Linux has")
	}
	own := socketInodes(t, shared.PID)
	var listening []string
	for _, file := range []string{"tcp", "tcp6"} {
		table, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", shared.PID, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(table), "\n")[1:] {
			const local, state, inode, listen = 1, 3, 9, "0A"
			fields := strings.Fields(line)
			if len(fields) > inode && fields[state] == listen && own[fields[inode]] {
				listening = append(listening, fields[local])
			}
		}
	}
	if len(listening) != 1 {
		t.Errorf("got the listening sockets %v, want the API server's alone", listening)
	}
	for _, address := range listening {
		if ip := hexIP(t, address); !ip.IsLoopback() {
			t.Errorf("a socket listens on %s, which is not the loopback", ip)
		}
	}
}

func socketInodes(t *testing.T, pid int) map[string]bool {
	t.Helper()
	inodes := map[string]bool{}
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range links {
		target, _ := os.Readlink(link)
		if rest, ok := strings.CutPrefix(target, "socket:["); ok {
			inodes[strings.TrimSuffix(rest, "]")] = true
		}
	}
	return inodes
}

// hexIP reads an address of /proc/net/tcp: words of four bytes, each little-endian.
func hexIP(t *testing.T, address string) net.IP {
	t.Helper()
	raw, err := hex.DecodeString(strings.Split(address, ":")[0])
	if err != nil {
		t.Fatal(err)
	}
	for word := range slices.Chunk(raw, 4) {
		slices.Reverse(word)
	}
	return net.IP(raw)
}

func TestKubectl(t *testing.T) {
	kubectl := os.Getenv("KUBECTL")
	if kubectl == "" {
		t.Fatal("KUBECTL names no kubectl: make test builds one of this version, .cache/kubectl")
	}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"get", "pods", "-A"}, []string{"coredns-6f685fffbf-7xrtp", "kube-proxy-lk2mq", "Running"}},
		{[]string{"get", "deployments,replicasets", "-n", "kube-system"}, []string{"deployment.apps/coredns", "2/2"}},
		{[]string{"version"}, []string{"Server Version: v1.34.4"}},
	} {
		out, err := exec.Command(kubectl, append([]string{"--kubeconfig", shared.Kubeconfig}, c.args...)...).CombinedOutput()
		if err != nil {
			t.Errorf("kubectl %v: %v\n%s", c.args, err, out)
		}
		for _, want := range c.want {
			if !bytes.Contains(out, []byte(want)) {
				t.Errorf("kubectl %v lacks %q:\n%s", c.args, want, out)
			}
		}
	}
}
