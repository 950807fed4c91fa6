// One object of any kind: its resource, its owner's uid, its creation, its status.
// Never changes the spec or the metadata of an object that exists.
package seed

import (
	"context"
	"fmt"
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/util/retry"
)

type creator struct {
	objects   dynamic.Interface
	client    kubernetes.Interface
	discovery discovery.DiscoveryInterface
	mapper    *restmapper.DeferredDiscoveryRESTMapper
}

func newCreator(config *rest.Config) (*creator, error) {
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("make a client for %s: %w", config.Host, err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("make a client for %s: %w", config.Host, err)
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	return &creator{objects, client, client.Discovery(), mapper}, nil
}

// create makes sure that the object exists with its manifest's status, and says what that took.
func (c *creator) create(ctx context.Context, want *unstructured.Unstructured) (outcome string, err error) {
	resource, err := c.resource(want.GroupVersionKind(), want.GetNamespace())
	if err != nil {
		return "", err
	}
	if ns := want.GetNamespace(); ns != "" {
		if err := ensureNamespace(ctx, c.client, ns); err != nil {
			return "", err
		}
	}
	if err := c.fillOwners(ctx, want); err != nil {
		return "", err
	}
	outcome = "created"
	_, err = resource.Create(ctx, want, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		outcome, err = "exists", nil
	}
	if err != nil {
		return "", fmt.Errorf("create: %w", err)
	}
	if err := writeStatus(ctx, resource, want); err != nil {
		return "", err
	}
	if want.GetKind() == "CustomResourceDefinition" {
		return outcome, c.waitServed(ctx, want)
	}
	return outcome, nil
}

func (c *creator) resource(gvk schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return nil, fmt.Errorf("find the resource of %s: %w", gvk, err)
	}
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		return c.objects.Resource(mapping.Resource).Namespace(namespace), nil
	}
	return c.objects.Resource(mapping.Resource), nil
}

// fillOwners gives owner references the uid that the owner has in this cluster.
func (c *creator) fillOwners(ctx context.Context, o *unstructured.Unstructured) error {
	owners := o.GetOwnerReferences()
	if len(owners) == 0 {
		return nil
	}
	for i, owner := range owners {
		resource, err := c.resource(schema.FromAPIVersionAndKind(owner.APIVersion, owner.Kind), o.GetNamespace())
		if err != nil {
			return err
		}
		live, err := resource.Get(ctx, owner.Name, metav1.GetOptions{})
		if err != nil {
			return fmt.Errorf("find the owner %s %s: %w", owner.Kind, owner.Name, err)
		}
		owners[i].UID = live.GetUID()
	}
	o.SetOwnerReferences(owners)
	return nil
}

// writeStatus writes the manifest's status fields; others, which the server filled in, stay.
func writeStatus(ctx context.Context, resource dynamic.ResourceInterface, want *unstructured.Unstructured) error {
	status, found, err := unstructured.NestedMap(want.Object, "status")
	if err != nil || !found {
		return err
	}
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		live, err := resource.Get(ctx, want.GetName(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		merged, _, err := unstructured.NestedMap(live.Object, "status")
		if err != nil {
			return err
		}
		if merged == nil {
			merged = map[string]any{}
		}
		maps.Copy(merged, status)
		live.Object["status"] = merged
		_, err = resource.UpdateStatus(ctx, live, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("write the status: %w", err)
	}
	return nil
}

func ensureNamespace(ctx context.Context, client kubernetes.Interface, name string) error {
	_, err := client.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		_, err = client.CoreV1().Namespaces().Create(ctx,
			&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
		// The API server creates its own namespaces at the same time, just after its start.
		if apierrors.IsAlreadyExists(err) {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("make sure of the namespace %s: %w", name, err)
	}
	return nil
}

// poll calls done until it says so; its last error explains a timeout.
func poll(ctx context.Context, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for {
		ok, err := done()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s (last error: %v): %w", what, err, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}
