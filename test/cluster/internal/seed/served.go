// When a custom resource definition counts as served: established, discoverable, described.
// Never creates one.
package seed

import (
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// waitServed waits for all three, because the API server publishes a new kind in
// discovery and in OpenAPI some time after it has established it.
func (c *creator) waitServed(ctx context.Context, crd *unstructured.Unstructured) error {
	group, _, _ := unstructured.NestedString(crd.Object, "spec", "group")
	plural, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "plural")
	versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
	for _, v := range versions {
		name, _ := v.(map[string]any)["name"].(string)
		gv := schema.GroupVersion{Group: group, Version: name}
		if err := c.waitVersionServed(ctx, gv, plural); err != nil {
			return err
		}
	}
	c.mapper.Reset()
	return nil
}

func (c *creator) waitVersionServed(ctx context.Context, gv schema.GroupVersion, plural string) error {
	gvr := gv.WithResource(plural)
	err := poll(ctx, fmt.Sprintf("%s can be listed", gvr), func() (bool, error) {
		_, err := c.objects.Resource(gvr).List(ctx, metav1.ListOptions{Limit: 1})
		return err == nil, err
	})
	if err != nil {
		return err
	}
	err = poll(ctx, fmt.Sprintf("%s is in discovery", gvr), func() (bool, error) {
		_, lists, err := c.discovery.ServerGroupsAndResources()
		for _, list := range lists {
			if list.GroupVersion == gv.String() {
				return slices.ContainsFunc(list.APIResources, func(r metav1.APIResource) bool { return r.Name == plural }), err
			}
		}
		return false, err
	})
	if err != nil {
		return err
	}
	return poll(ctx, fmt.Sprintf("%s is in OpenAPI v3", gvr), func() (bool, error) {
		paths, err := c.discovery.OpenAPIV3().Paths()
		if err != nil {
			return false, err
		}
		_, ok := paths["apis/"+gv.String()]
		return ok, nil
	})
}
