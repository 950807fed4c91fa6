// Where the logs of etcd, kube-apiserver and every library go: one file.
// Never the place for an error that ends the process; that goes to Stderr.
package server

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"

	"k8s.io/klog/v2"
)

// Stderr is the process's real standard error, whatever os.Stderr has become.
var Stderr = os.Stderr

var stdout = os.Stdout

// sendLogsTo makes path the standard output and error of all library code: many of
// them (klog, the admission plugins) look at os.Stderr only when they write. The
// descriptors stay, so a crash of the runtime is still seen by whoever started us.
// ctx is the one whose end means that the process is to stop.
func sendLogsTo(ctx context.Context, path string) error {
	if err := os.Rename(path, path+".old"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("keep the former log: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	os.Stdout, os.Stderr = f, f
	log.SetOutput(f)
	klog.OsExit = func(int) {
		// A start that is broken off is fatal to the hooks that are under way, not to the clean stop.
		if ctx.Err() != nil {
			runtime.Goexit()
		}
		fmt.Fprintf(Stderr, "cluster: kube-apiserver gave up; the last lines of %s say why\n", path)
		os.Exit(1)
	}
	return nil
}
