-- Kubeconfigs as the tools of clusters write them, with made-up secrets: a token is taken over, anything else has its way out.
\pset format unaligned
\pset tuples_only on

-- kind, kubeadm, k3s: client certificates
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://127.0.0.1:41235
  name: kind-kind
contexts:
- context:
    cluster: kind-kind
    user: kind-kind
  name: kind-kind
current-context: kind-kind
kind: Config
preferences: {}
users:
- name: kind-kind
  user:
    client-certificate-data: LS0tLS1CRUdJTg==
    client-key-data: LS0tLS1CRUdJTiBSU0E=
') AS kind;
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://192.168.1.10:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
preferences: {}
users:
- name: kubernetes-admin
  user:
    client-certificate-data: LS0tLS1CRUdJTg==
    client-key-data: LS0tLS1CRUdJTg==
') AS kubeadm;
SELECT '
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://127.0.0.1:6443
  name: default
contexts:
- context:
    cluster: default
    user: default
  name: default
current-context: default
kind: Config
preferences: {}
users:
- name: default
  user:
    client-certificate-data: LS0tLS1CRUdJTg==
    client-key-data: LS0tLS1CRUdJTg==
' AS k3s
\gset
SELECT from_kubeconfig(:'k3s');
-- the same with a service account's token in Vault; nobody can read this CA
SELECT from_kubeconfig(:'k3s', $$, api_key_name 'kube'$$);

-- minikube: files, and extensions
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority: /home/jane/.minikube/ca.crt
    extensions:
    - extension:
        last-update: Tue, 24 Nov 2026 12:00:00 UTC
        provider: minikube.sigs.k8s.io
        version: v1.37.0
      name: cluster_info
    server: https://192.168.49.2:8443
  name: minikube
contexts:
- context:
    cluster: minikube
    extensions:
    - extension:
        last-update: Tue, 24 Nov 2026 12:00:00 UTC
        provider: minikube.sigs.k8s.io
        version: v1.37.0
      name: context_info
    namespace: default
    user: minikube
  name: minikube
current-context: minikube
kind: Config
users:
- name: minikube
  user:
    client-certificate: /home/jane/.minikube/profiles/minikube/client.crt
    client-key: /home/jane/.minikube/profiles/minikube/client.key
') AS minikube;

-- EKS
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com
  name: arn:aws:eks:eu-west-1:111122223333:cluster/dev
contexts:
- context:
    cluster: arn:aws:eks:eu-west-1:111122223333:cluster/dev
    user: arn:aws:eks:eu-west-1:111122223333:cluster/dev
  name: arn:aws:eks:eu-west-1:111122223333:cluster/dev
current-context: arn:aws:eks:eu-west-1:111122223333:cluster/dev
kind: Config
preferences: {}
users:
- name: arn:aws:eks:eu-west-1:111122223333:cluster/dev
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - eu-west-1
      - eks
      - get-token
      - --cluster-name
      - dev
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: dev
      interactiveMode: IfAvailable
      provideClusterInfo: false
') AS eks;

-- GKE: a hint that is folded
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://34.90.0.1
  name: gke_proj_europe-west4_dev
contexts:
- context:
    cluster: gke_proj_europe-west4_dev
    user: gke_proj_europe-west4_dev
  name: gke_proj_europe-west4_dev
current-context: gke_proj_europe-west4_dev
kind: Config
preferences: {}
users:
- name: gke_proj_europe-west4_dev
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args: null
      command: gke-gcloud-auth-plugin
      env: null
      installHint: Install gke-gcloud-auth-plugin for use with kubectl by following
        https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl#install_plugin
      interactiveMode: IfAvailable
      provideClusterInfo: true
') AS gke;

-- AKS: the hint as kubelogin and as az write it
SELECT from_kubeconfig(replace('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://dev-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443
  name: dev
contexts:
- context:
    cluster: dev
    user: clusterUser_group_dev
  name: dev
current-context: dev
kind: Config
preferences: {}
users:
- name: clusterUser_group_dev
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - get-token
      - --environment
      - AzurePublicCloud
      - --server-id
      - 00000000-0000-4000-8000-000000000001
      - --client-id
      - 00000000-0000-4000-8000-000000000002
      - --tenant-id
      - 00000000-0000-4000-8000-000000000003
      - --login
      - devicecode
      command: kubelogin
      env: null
      installHint: <hint>
      provideClusterInfo: false
', '<hint>', hint)) AS aks
  FROM unnest(ARRAY['|2

        kubelogin is not installed which is required to connect to AAD enabled cluster.

        To learn more, please go to https://aka.ms/aks/kubelogin', '''

        kubelogin is not installed which is required to connect to AAD enabled cluster.


        To learn more, please go to https://aka.ms/aks/kubelogin

        ''']) AS hint;

-- DigitalOcean
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0tLS1CRUdJTg==
    server: https://0a1b2c3d-0000-4000-8000-000000000001.k8s.ondigitalocean.com
  name: do-ams3-dev
contexts:
- context:
    cluster: do-ams3-dev
    user: do-ams3-dev-admin
  name: do-ams3-dev
current-context: do-ams3-dev
kind: Config
preferences: {}
users:
- name: do-ams3-dev-admin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - kubernetes
      - cluster
      - kubeconfig
      - exec-credential
      - --version=v1beta1
      - --context=default
      - 0a1b2c3d-0000-4000-8000-000000000001
      command: doctl
      env: null
      interactiveMode: IfAvailable
      provideClusterInfo: false
') AS digitalocean;

-- OIDC (kubectl's plugin oidc-login)
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    server: https://kube.example.com
  name: prod
contexts:
- context:
    cluster: prod
    user: oidc
  name: oidc@prod
current-context: oidc@prod
kind: Config
users:
- name: oidc
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      args:
      - oidc-login
      - get-token
      - --oidc-issuer-url=https://login.example.com
      - --oidc-client-id=kubernetes
      - --oidc-client-secret=hunter2
      command: kubectl
      env: null
      interactiveMode: IfAvailable
      provideClusterInfo: false
') AS oidc;

-- OpenShift (oc login)
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    server: https://api.crc.testing:6443
  name: api-crc-testing:6443
contexts:
- context:
    cluster: api-crc-testing:6443
    namespace: shop
    user: developer/api-crc-testing:6443
  name: shop/api-crc-testing:6443/developer
current-context: shop/api-crc-testing:6443/developer
kind: Config
preferences: {}
users:
- name: developer/api-crc-testing:6443
  user:
    token: sha256~made-up_0123456789abcdefghijklmnopqrstuvwxyz
') AS openshift;
-- and with its --insecure-skip-tls-verify
SELECT from_kubeconfig('apiVersion: v1
clusters:
- cluster:
    insecure-skip-tls-verify: true
    server: https://api.crc.testing:6443
  name: api-crc-testing:6443
contexts:
- context:
    cluster: api-crc-testing:6443
    user: developer/api-crc-testing:6443
  name: default/api-crc-testing:6443/developer
current-context: default/api-crc-testing:6443/developer
kind: Config
preferences: {}
users:
- name: developer/api-crc-testing:6443
  user:
    token: sha256~made-up_0123456789abcdefghijklmnopqrstuvwxyz
') AS openshift_insecure;

-- Rancher: in quotes, the CA in lines
SELECT from_kubeconfig('apiVersion: v1
kind: Config
clusters:
- name: "prod"
  cluster:
    server: "https://rancher.example.com/k8s/clusters/c-m-0a1b2c3d"
    certificate-authority-data: "LS0tLS1CRUdJTiBDRVJULS0tLS0KbWFkZSB1cDogbG9uZyBlb\
      m91Z2ggZm9yIHRoZSBsaW5lcyB0aGF0IFJhbmNoZXIgYnJlYWtzIGl0IGludG8sIGFuZCB0aGUgc\
      mVzdCBvZiBpdCBpcyBvbmx5IHRoZXJlIGZvciB0aGF0LCBzbyB0aGF0IHRocmVlIGNvbWUgb3V0C\
      i0tLS0tRU5EIENFUlQtLS0tLQo="

users:
- name: "prod"
  user:
    token: "kubeconfig-user-abcde12345:made-up0123456789"


contexts:
- name: "prod"
  context:
    user: "prod"
    cluster: "prod"

current-context: "prod"
') AS rancher;

-- a service account's token, as scripts write it
SELECT from_kubeconfig('apiVersion: v1
kind: Config
clusters:
  - name: prod
    cluster:
      server: https://10.0.0.1:6443
contexts:
  - name: k8s-fdw@prod
    context:
      cluster: prod
      namespace: default
      user: k8s-fdw
current-context: k8s-fdw@prod
users:
  - name: k8s-fdw
    user:
      token: eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.bWFkZS11cA
') AS service_account;
