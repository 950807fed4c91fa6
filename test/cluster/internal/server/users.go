// The cluster's two users: their tokens, their kubeconfigs.
// Never says what they may do; that is RBAC's, in rbac.go.
package server

import (
	"crypto/rand"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

const (
	adminUser  = "admin"
	readerUser = "reader"
	// adminGroup is bound to cluster-admin by the API server itself.
	adminGroup = "system:masters"
)

// tokens maps a user to its bearer token.
type tokens map[string]string

// loadOrCreateTokens keeps the folder's tokens between runs, for clients hold them.
func loadOrCreateTokens(path string) (tokens, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return createTokens(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the token file: %w", err)
	}
	r := csv.NewReader(strings.NewReader(string(content)))
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the token file (remove %s to get new tokens): %w", path, err)
	}
	found := tokens{}
	for _, record := range records {
		if len(record) >= 2 {
			found[record[1]] = record[0]
		}
	}
	if found[adminUser] == "" || found[readerUser] == "" {
		return nil, fmt.Errorf("the token file %s lacks a user: remove it to get new tokens", path)
	}
	return found, nil
}

func createTokens(path string) (tokens, error) {
	created := tokens{adminUser: newToken(), readerUser: newToken()}
	file := fmt.Sprintf("%s,%s,%s,%s\n%s,%s,%s\n",
		created[adminUser], adminUser, adminUser, adminGroup, created[readerUser], readerUser, readerUser)
	return created, writeFile(path, []byte(file), 0o600)
}

func newToken() string {
	raw := make([]byte, 20)
	rand.Read(raw)
	return hex.EncodeToString(raw)
}

func writeKubeconfigs(l layout, server string, t tokens) error {
	ca, err := os.ReadFile(l.CACert)
	if err != nil {
		return fmt.Errorf("read the authority for the kubeconfigs: %w", err)
	}
	for user, path := range map[string]string{adminUser: l.Kubeconfig, readerUser: l.ReaderKubeconfig} {
		content, err := clientcmd.Write(kubeconfig(server, ca, user, t[user]))
		if err != nil {
			return fmt.Errorf("encode the kubeconfig of %s: %w", user, err)
		}
		if err := writeFile(path, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func kubeconfig(server string, ca []byte, user, token string) clientcmdapi.Config {
	const cluster = "test"
	context := user + "@" + cluster
	c := clientcmdapi.NewConfig()
	c.Clusters[cluster] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: ca}
	c.AuthInfos[user] = &clientcmdapi.AuthInfo{Token: token}
	c.Contexts[context] = &clientcmdapi.Context{Cluster: cluster, AuthInfo: user, Namespace: "default"}
	c.CurrentContext = context
	return *c
}
