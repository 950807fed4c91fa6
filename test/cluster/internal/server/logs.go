// Where the logs of etcd, kube-apiserver and every library go: one file.
// Never the place for an error that ends the process; that goes to Stderr.
package server

import (
	"errors"
	"fmt"
	"log"
	"os"
)

// Stderr is the process's real standard error, whatever os.Stderr has become.
var Stderr = os.Stderr

var stdout = os.Stdout

// sendLogsTo makes path the standard output and error of all library code: many of
// them (klog, the admission plugins) look at os.Stderr only when they write. The
// descriptors stay, so a crash of the runtime is still seen by whoever started us.
func sendLogsTo(path string) error {
	if err := os.Rename(path, path+".old"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("keep the former log: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	os.Stdout, os.Stderr = f, f
	log.SetOutput(f)
	return nil
}
