// What the i-th benchmark pod looks like: always the same for the same i.
// Never talks to a server.
package seed

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const benchNodes = 50

var (
	benchApps  = []string{"checkout", "catalog", "search", "payments", "frontend", "mailer", "reports", "gateway", "identity", "images"}
	benchTiers = []string{"web", "api", "worker"}
	benchEpoch = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
)

// benchPod is some 5 KB as JSON. Its name and values vary with i as a cluster's do.
func benchPod(namespace string, i int) *corev1.Pod {
	app := benchApps[i%len(benchApps)]
	hash := digest("replica set %s", app)[:10]
	node := i % benchNodes
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name:         fmt.Sprintf("%s-%s-%05d", app, hash, i),
			GenerateName: fmt.Sprintf("%s-%s-", app, hash),
			Namespace:    namespace,
			Labels: map[string]string{
				"app.kubernetes.io/name":    app,
				"app.kubernetes.io/version": fmt.Sprintf("1.%d.0", i%7),
				"app":                       app,
				"tier":                      benchTiers[i%len(benchTiers)],
				"pod-template-hash":         hash,
			},
			Annotations: map[string]string{
				"prometheus.io/scrape": "true",
				"checksum/config":      digest("config %s", app),
			},
		},
		Spec: corev1.PodSpec{
			NodeName:           fmt.Sprintf("node-%02d", node),
			ServiceAccountName: app,
			Containers: []corev1.Container{{
				Name:  app,
				Image: fmt.Sprintf("registry.example.com/shop/%s:1.%d.0", app, i%7),
				Args:  []string{"--listen=:8080", "--metrics=:9090", "--log-format=json"},
				Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}, {Name: "metrics", ContainerPort: 9090}},
				Env:   []corev1.EnvVar{{Name: "DATABASE_HOST", Value: fmt.Sprintf("db-%d.example.internal", i%4)}},
				Resources: corev1.ResourceRequirements{
					Requests: resources(fmt.Sprintf("%dm", 50+i%8*25), fmt.Sprintf("%dMi", 64+i%6*32)),
					Limits:   resources("1", "512Mi"),
				},
				ReadinessProbe: &corev1.Probe{
					InitialDelaySeconds: 5, PeriodSeconds: 10, TimeoutSeconds: 2, FailureThreshold: 3,
					ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/ready", Port: intstr.FromInt32(8080), Scheme: corev1.URISchemeHTTP}},
				},
				VolumeMounts: []corev1.VolumeMount{{Name: "config", MountPath: "/etc/app", ReadOnly: true}},
			}},
			Volumes: []corev1.Volume{{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: app + "-config"}}}}},
		},
		Status: benchStatus(i, app, node),
	}
}

// benchStatus: of 20 pods one is pending, one has failed, the others run.
func benchStatus(i int, app string, node int) corev1.PodStatus {
	start := metav1.NewTime(benchEpoch.Add(time.Duration(i) * time.Second))
	image := fmt.Sprintf("registry.example.com/shop/%s:1.%d.0", app, i%7)
	container := corev1.ContainerStatus{
		Name: app, Image: image,
		ImageID:      "registry.example.com/shop/" + app + "@sha256:" + digest("image %s", image),
		ContainerID:  "containerd://" + digest("container %d", i),
		RestartCount: int32(i % 3),
	}
	status := corev1.PodStatus{
		Phase: corev1.PodRunning, StartTime: &start,
		HostIP: fmt.Sprintf("10.1.0.%d", node+1),
		PodIP:  fmt.Sprintf("10.%d.%d.%d", 128+i/65536, i/256%256, i%256),
	}
	ready := corev1.ConditionTrue
	switch i % 20 {
	case 7:
		ready, status.Phase, status.PodIP = corev1.ConditionFalse, corev1.PodPending, ""
		container.ContainerID, container.ImageID, container.RestartCount = "", "", 0
		container.State.Waiting = &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "Back-off pulling image " + image}
	case 13:
		ready, status.Phase = corev1.ConditionFalse, corev1.PodFailed
		container.State.Terminated = &corev1.ContainerStateTerminated{ExitCode: 1, Reason: "Error", StartedAt: start, FinishedAt: start}
	default:
		started := true
		container.Ready, container.Started = true, &started
		container.State.Running = &corev1.ContainerStateRunning{StartedAt: start}
	}
	status.ContainerStatuses = []corev1.ContainerStatus{container}
	status.HostIPs = []corev1.HostIP{{IP: status.HostIP}}
	if status.PodIP != "" {
		status.PodIPs = []corev1.PodIP{{IP: status.PodIP}}
	}
	for _, c := range []struct {
		kind  corev1.PodConditionType
		value corev1.ConditionStatus
	}{
		{corev1.PodInitialized, corev1.ConditionTrue}, {corev1.PodReady, ready},
		{corev1.ContainersReady, ready}, {corev1.PodScheduled, corev1.ConditionTrue},
	} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: c.kind, Status: c.value, LastTransitionTime: start})
	}
	return status
}

func resources(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)}
}

func digest(format string, args ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, format, args...))
	return hex.EncodeToString(sum[:])
}
