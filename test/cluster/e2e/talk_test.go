// The talk's objects, against the talk's own table.
// Never checks more of a spec than the talk showed.
package e2e

import (
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type labels = map[string]string

var talkPods = map[string]struct {
	image  string
	labels labels
	owner  string
}{
	"coredns-6f685fffbf-7xrtp":       {"k8s.gcr.io/coredns:1.2.6", labels{"k8s-app": "kube-dns", "pod-template-hash": "6f685fffbf"}, "coredns-6f685fffbf"},
	"coredns-6f685fffbf-nzfn7":       {"k8s.gcr.io/coredns:1.2.6", labels{"k8s-app": "kube-dns", "pod-template-hash": "6f685fffbf"}, "coredns-6f685fffbf"},
	"etcd-master":                    {"k8s.gcr.io/etcd:3.2.24", labels{"tier": "control-plane", "component": "etcd"}, ""},
	"kube-apiserver-master":          {"k8s.gcr.io/kube-apiserver:v1.12.1", labels{"tier": "control-plane", "component": "kube-apiserver"}, ""},
	"kube-controller-manager-master": {"k8s.gcr.io/kube-controller-manager:v1.12.1", labels{"tier": "control-plane", "component": "kube-controller-manager"}, ""},
	"kube-proxy-lk2mq":               {"k8s.gcr.io/kube-proxy:v1.12.1", labels{"k8s-app": "kube-proxy", "pod-template-generation": "1", "controller-revision-hash": "6cbfff58bb"}, ""},
	"kube-scheduler-master":          {"k8s.gcr.io/kube-scheduler:v1.12.1", labels{"tier": "control-plane", "component": "kube-scheduler"}, ""},
}

func TestTalkPods(t *testing.T) {
	// TestMain has seeded already: a second time must succeed and change nothing.
	before := podUIDs(t, shared.Kubeconfig)
	mustSeed(t, "talk")
	if after := podUIDs(t, shared.Kubeconfig); !maps.Equal(before, after) {
		t.Errorf("seeding again changed the pods from %v to %v", before, after)
	}
	c := client(t, shared.Kubeconfig)
	list, err := c.CoreV1().Pods("kube-system").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != len(talkPods) {
		t.Errorf("got %d pods, want %d", len(list.Items), len(talkPods))
	}
	for _, pod := range list.Items {
		want, ok := talkPods[pod.Name]
		if !ok {
			t.Errorf("pod %s is not the talk's", pod.Name)
			continue
		}
		if got := pod.Spec.Containers[0].Image; got != want.image {
			t.Errorf("%s: image %s, want %s", pod.Name, got, want.image)
		}
		if !maps.Equal(pod.Labels, want.labels) {
			t.Errorf("%s: labels %v, want %v", pod.Name, pod.Labels, want.labels)
		}
		checkRunning(t, pod)
		owner := ""
		if len(pod.OwnerReferences) > 0 {
			owner = pod.OwnerReferences[0].Name
		}
		if owner != want.owner {
			t.Errorf("%s: owner %q, want %q", pod.Name, owner, want.owner)
		}
	}
}

func checkRunning(t *testing.T, pod corev1.Pod) {
	t.Helper()
	s := pod.Status
	if s.Phase != corev1.PodRunning || s.PodIP == "" || s.StartTime == nil || len(s.Conditions) != 4 {
		t.Errorf("%s: phase %s, podIP %q, startTime %v, %d conditions; want it running", pod.Name, s.Phase, s.PodIP, s.StartTime, len(s.Conditions))
	}
	if len(s.ContainerStatuses) != 1 || !s.ContainerStatuses[0].Ready || s.ContainerStatuses[0].State.Running == nil {
		t.Errorf("%s: container statuses %v, want one that is ready", pod.Name, s.ContainerStatuses)
	}
}

func TestTalkDeploymentOwnsReplicaSetOwnsPods(t *testing.T) {
	apps, ctx := client(t, shared.Kubeconfig).AppsV1(), t.Context()
	deployments, err := apps.Deployments("kube-system").List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sets, err := apps.ReplicaSets("kube-system").List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(deployments.Items) != 1 || len(sets.Items) != 1 {
		t.Fatalf("got %d deployments and %d replica sets, want one each", len(deployments.Items), len(sets.Items))
	}
	deployment, set := deployments.Items[0], sets.Items[0]
	if deployment.Name != "coredns" || deployment.Status.ReadyReplicas != 2 {
		t.Errorf("deployment %s with %d ready replicas, want coredns with 2", deployment.Name, deployment.Status.ReadyReplicas)
	}
	if set.Name != "coredns-6f685fffbf" || set.Status.ReadyReplicas != 2 || !metav1.IsControlledBy(&set, &deployment) {
		t.Errorf("replica set %s with %d ready replicas and owners %v", set.Name, set.Status.ReadyReplicas, set.OwnerReferences)
	}
	pods, err := client(t, shared.Kubeconfig).CoreV1().Pods("kube-system").List(ctx, metav1.ListOptions{LabelSelector: "k8s-app=kube-dns"})
	if err != nil {
		t.Fatal(err)
	}
	for _, pod := range pods.Items {
		if !metav1.IsControlledBy(&pod, &set) {
			t.Errorf("%s is not controlled by the replica set: %v", pod.Name, pod.OwnerReferences)
		}
	}
}
