// The other sets of objects: many, widgets, zoo.
// Never compares whole objects; it looks for the values that the sets are there for.
package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

func TestMany(t *testing.T) {
	const namespace, count = "bench-test", 60
	for range 2 {
		mustSeed(t, "many", "--count", "60", "--namespace", namespace)
	}
	raw, err := client(t, shared.Kubeconfig).CoreV1().RESTClient().Get().Namespace(namespace).Resource("pods").DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != count {
		t.Fatalf("got %d pods, want %d", len(list.Items), count)
	}
	if size := len(raw) / count; size < 4000 || size > 6000 {
		t.Errorf("a pod has %d bytes of JSON, want 4 to 6 KB", size)
	}
}

func TestWidgets(t *testing.T) {
	for range 2 {
		mustSeed(t, "widgets")
	}
	objects, err := dynamic.NewForConfig(config(t, shared.Kubeconfig))
	if err != nil {
		t.Fatal(err)
	}
	widgets := objects.Resource(schema.GroupVersionResource{Group: "stable.example.com", Version: "v1", Resource: "widgets"})
	for selector, want := range map[string]int{"": 3, "spec.color=green": 1, "spec.size=10": 1} {
		list, err := widgets.Namespace("default").List(t.Context(), metav1.ListOptions{FieldSelector: selector})
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Items) != want {
			t.Errorf("field selector %q: got %d widgets, want %d", selector, len(list.Items), want)
		}
	}
}

func TestZoo(t *testing.T) {
	for range 2 {
		mustSeed(t, "zoo")
	}
	core := client(t, shared.Kubeconfig).CoreV1().RESTClient()
	for _, c := range []struct {
		path string
		want []string
	}{
		{"/api/v1/namespaces/default/configmaps/curiosities", []string{"東京", "🦒", `"digits":"1234567890123456789"`, `first\nsecond\r\nthird\n`}},
		{"/api/v1/namespaces/default/secrets/curiosities", []string{`"password":"bm90LWEtcmVhbC1wYXNzd29yZA=="`}},
		{"/api/v1/namespaces/default/services/curiosities", []string{`"clusterIP":"10.96.`}},
		{"/api/v1/namespaces/default/pods/menagerie", []string{`"cpu":"100m"`, `"memory":"128Mi"`, `"memory":"1e3"`, `"ephemeral-storage":"12E"`, `"nodeName":"zoo-node"`, `"CrashLoopBackOff"`}},
		{"/apis/batch/v1/namespaces/default/jobs/inventory", []string{`"succeeded":2`}},
		{"/apis/batch/v1/namespaces/default/cronjobs/feeding", []string{`"timeZone":"Europe/Berlin"`, `"lastScheduleTime":"2024-02-29T12:00:00Z"`}},
		{"/api/v1/nodes/zoo-node", []string{`"memory":"16393932Ki"`, `"cpu":"3920m"`}},
		{"/apis/coordination.k8s.io/v1/namespaces/default/leases/keeper", []string{`"renewTime":"2024-02-29T12:30:00.123456Z"`}},
		{"/apis/zoo.example.com/v1/namespaces/default/specimens/numbers", []string{`"big":9007199254740993`, `"smallest":-9223372036854775808`, `"ratio":0.1`, `"id":9223372036854775807`, `"nothing":null`}},
	} {
		raw, err := core.Get().AbsPath(c.path).DoRaw(t.Context())
		if err != nil {
			t.Errorf("GET %s: %v", c.path, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(string(raw), want) {
				t.Errorf("GET %s lacks %s:\n%s", c.path, want, raw)
			}
		}
	}
}
