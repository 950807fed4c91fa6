// The sets as data: readable, complete, the same every time.
// Never talks to a server; e2e does.
package seed

import (
	"reflect"
	"strings"
	"testing"
)

func TestSetsAreReadable(t *testing.T) {
	for set, want := range map[string]int{"talk": 9, "widgets": 4, "zoo": 19} {
		objects, err := readSet(set)
		if err != nil {
			t.Errorf("set %s: %v", set, err)
		}
		if len(objects) != want {
			t.Errorf("set %s: got %d objects, want %d", set, len(objects), want)
		}
		for _, o := range objects {
			if o.GetAPIVersion() == "" || o.GetKind() == "" || o.GetName() == "" {
				t.Errorf("set %s: an object lacks its version, kind or name: %v", set, o.Object)
			}
		}
	}
}

func TestBenchPodIsTheSameEveryTime(t *testing.T) {
	names := map[string]bool{}
	for i := range 1000 {
		pod := benchPod("bench", i)
		if !reflect.DeepEqual(pod, benchPod("bench", i)) {
			t.Fatalf("pod %d differs from itself", i)
		}
		if names[pod.Name] {
			t.Fatalf("the name %s comes twice", pod.Name)
		}
		names[pod.Name] = true
	}
}

func TestMissingKubeconfigSaysHowToGetOne(t *testing.T) {
	err := Run(t.Context(), Options{Kubeconfig: "does-not-exist"}, nil)
	if err == nil || !strings.Contains(err.Error(), "cluster serve --dir DIR") {
		t.Errorf("got %v, want an error that says how to get a kubeconfig", err)
	}
}
