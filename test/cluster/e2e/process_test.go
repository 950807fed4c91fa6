// How a test runs the built binary: start, ready line, stop, seed.
// Never links the server into the test: what is tested is what build.sh makes.
package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const stopBound = 10 * time.Second

// binary is the program under test; shared is one running cluster with the talk's objects.
var (
	binary string
	shared *process
)

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	if binary, err = findBinary(); err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", "cluster-e2e-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if shared, err = startProcess(dir, "--until-stdin-closes"); err != nil {
		return 1, err
	}
	defer shared.kill()
	if out, err := seed(shared.Kubeconfig, "talk"); err != nil {
		return 1, fmt.Errorf("seed: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// findBinary takes $CLUSTER_BINARY, else builds one; build.sh is quick when nothing changed.
func findBinary() (string, error) {
	if path := os.Getenv("CLUSTER_BINARY"); path != "" {
		return filepath.Abs(path)
	}
	path, err := filepath.Abs("../../../.cache/cluster")
	if err != nil {
		return "", err
	}
	build := exec.Command("../build.sh", path)
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("build.sh %s: %w", path, err)
	}
	return path, nil
}

// process is a running `cluster serve` and what its ready line said.
type process struct {
	Server     string
	Kubeconfig string
	CA         string
	PID        int

	line   []byte
	stdout *bufio.Reader
	stdin  io.WriteCloser
	stderr *bytes.Buffer
	cmd    *exec.Cmd
}

func startProcess(dir string, flags ...string) (*process, error) {
	p := &process{stderr: &bytes.Buffer{}}
	p.cmd = exec.Command(binary, append([]string{"serve", "--dir", dir}, flags...)...)
	p.cmd.Stderr = p.stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.stdout = bufio.NewReader(stdout)
	if p.line, err = p.stdout.ReadBytes('\n'); err != nil {
		p.kill()
		return nil, fmt.Errorf("serve printed no ready line: %w; standard error: %s", err, p.stderr)
	}
	if err := json.Unmarshal(p.line, p); err != nil {
		p.kill()
		return nil, fmt.Errorf("ready line %q: %w", p.line, err)
	}
	return p, nil
}

// kill ends the process at once; after a normal end it does nothing.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// start runs a cluster of the test's own.
func start(t *testing.T, dir string, flags ...string) *process {
	t.Helper()
	p, err := startProcess(dir, flags...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

// waitStopped demands a clean and silent end within stopBound.
func (p *process) waitStopped(t *testing.T) {
	t.Helper()
	timer := time.AfterFunc(stopBound, func() { p.cmd.Process.Kill() })
	rest, _ := io.ReadAll(p.stdout)
	err := p.cmd.Wait()
	if !timer.Stop() {
		t.Fatalf("serve still ran %s after it was told to stop", stopBound)
	}
	if err != nil {
		t.Fatalf("serve ended with %v: %s", err, p.stderr)
	}
	if len(rest) > 0 || p.stderr.Len() > 0 {
		t.Errorf("serve printed more than its ready line: %q, and on standard error %q", rest, p.stderr)
	}
}

func seed(kubeconfig, set string, flags ...string) (string, error) {
	args := append([]string{"seed", "--kubeconfig", kubeconfig, "--set", set}, flags...)
	out, err := exec.Command(binary, args...).CombinedOutput()
	return string(out), err
}

func mustSeed(t *testing.T, set string, flags ...string) {
	t.Helper()
	if out, err := seed(shared.Kubeconfig, set, flags...); err != nil {
		t.Fatalf("seed --set %s: %v\n%s", set, err, out)
	}
}

func config(t *testing.T, kubeconfig string) *rest.Config {
	t.Helper()
	c, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func client(t *testing.T, kubeconfig string) kubernetes.Interface {
	t.Helper()
	c, err := kubernetes.NewForConfig(config(t, kubeconfig))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
