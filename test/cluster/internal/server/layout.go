// The files of a cluster's folder: their names, their modes, the lock on it.
// Never decides what is in them.
package server

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// layout names every file of one cluster; all paths are absolute.
type layout struct {
	Dir              string
	Kubeconfig       string
	ReaderKubeconfig string
	CACert           string
	Ready            string
	Log              string

	Lock              string
	Etcd              string
	CAKey             string
	ServingCert       string
	ServingKey        string
	ServiceAccountKey string
	Tokens            string
}

func prepareDir(dir string) (layout, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return layout{}, fmt.Errorf("find the folder %s: %w", dir, err)
	}
	pki := filepath.Join(abs, "pki")
	// 0700: tokens, keys and etcd's unprotected socket are inside.
	if err := os.MkdirAll(pki, 0o700); err != nil {
		return layout{}, fmt.Errorf("create the cluster's folder (choose a writable --dir): %w", err)
	}
	return layout{
		Dir:              abs,
		Kubeconfig:       filepath.Join(abs, "kubeconfig"),
		ReaderKubeconfig: filepath.Join(abs, "reader.kubeconfig"),
		CACert:           filepath.Join(abs, "ca.crt"),
		Ready:            filepath.Join(abs, "ready.json"),
		Log:              filepath.Join(abs, "cluster.log"),

		Lock:              filepath.Join(abs, "lock"),
		Etcd:              filepath.Join(abs, "etcd"),
		CAKey:             filepath.Join(pki, "ca.key"),
		ServingCert:       filepath.Join(pki, "serving.crt"),
		ServingKey:        filepath.Join(pki, "serving.key"),
		ServiceAccountKey: filepath.Join(pki, "service-account.key"),
		Tokens:            filepath.Join(pki, "tokens.csv"),
	}, nil
}

// lock keeps a second process off the folder; the kernel releases it however this one ends.
func (l layout) lock() (unlock func(), err error) {
	f, err := os.OpenFile(l.Lock, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of %s: %w", l.Dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		pid, _ := os.ReadFile(l.Lock)
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("another cluster (process %s) runs in %s: stop it, or choose another --dir",
				strings.TrimSpace(string(pid)), l.Dir)
		}
		return nil, fmt.Errorf("lock %s: %w", l.Dir, err)
	}
	if err := f.Truncate(0); err == nil {
		fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	return func() { f.Close() }, nil
}

// writeFile replaces a file at once: a reader sees the old content or the new, never a part.
func writeFile(path string, content []byte, mode os.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Chmod(mode), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
