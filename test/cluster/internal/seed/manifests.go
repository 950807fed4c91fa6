// The sets that are YAML manifests: read, created in order, status written.
// Never knows a kind by name, except that a CRD must be served before its objects come.
package seed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"

	"k8s_fdw/test/cluster/manifests"
)

func createManifests(ctx context.Context, config *rest.Config, set string, out io.Writer) error {
	objects, err := readSet(set)
	if err != nil {
		return err
	}
	c, err := newCreator(config)
	if err != nil {
		return err
	}
	for _, object := range objects {
		outcome, err := c.create(ctx, object)
		if err != nil {
			return fmt.Errorf("set %s: %s: %w", set, title(object), err)
		}
		fmt.Fprintf(out, "%s %s\n", title(object), outcome)
	}
	return nil
}

// readSet returns the set's objects in the order of their files.
func readSet(set string) ([]*unstructured.Unstructured, error) {
	files, err := fs.Glob(manifests.Files, path.Join(set, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list the manifests of %s: %w", set, err)
	}
	var objects []*unstructured.Unstructured
	for _, file := range files {
		content, err := manifests.Files.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the manifest %s: %w", file, err)
		}
		decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
		for {
			object := &unstructured.Unstructured{}
			err := decoder.Decode(object)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("decode the manifest %s: %w", file, err)
			}
			objects = append(objects, object)
		}
	}
	return objects, nil
}

func title(o *unstructured.Unstructured) string {
	if ns := o.GetNamespace(); ns != "" {
		return fmt.Sprintf("%s %s/%s", o.GetKind(), ns, o.GetName())
	}
	return fmt.Sprintf("%s %s", o.GetKind(), o.GetName())
}
