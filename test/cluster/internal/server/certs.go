// The cluster's certificate authority, the serving certificate, the key that signs service account tokens.
// Never issues client certificates: users come with bearer tokens.
package server

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

const (
	caLifetime = 10 * 365 * 24 * time.Hour
	// Some TLS clients refuse server certificates that are valid for longer than 398 days.
	servingLifetime = 397 * 24 * time.Hour
	// A clock that is a little behind must not find a certificate from the future.
	clockSkew = time.Hour
)

type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// loadOrCreateCA keeps the folder's authority between runs, so that whoever trusts ca.crt still can.
func loadOrCreateCA(l layout) (*authority, error) {
	ca, err := loadCA(l)
	if err == nil && time.Now().Add(servingLifetime).Before(ca.cert.NotAfter) {
		return ca, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read the certificate authority (remove %s and %s to get a new one): %w", l.CACert, l.CAKey, err)
	}
	return createCA(l)
}

func loadCA(l layout) (*authority, error) {
	certDER, err := readPEM(l.CACert)
	if err != nil {
		return nil, err
	}
	keyDER, err := readPEM(l.CAKey)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(certDER)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParseECPrivateKey(keyDER)
	if err != nil {
		return nil, err
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("the key in %s does not belong to %s", l.CAKey, l.CACert)
	}
	return &authority{cert, key}, nil
}

func createCA(l layout) (*authority, error) {
	key, err := newKey(l.CAKey)
	if err != nil {
		return nil, err
	}
	template, err := newTemplate("k8s_fdw test cluster CA", caLifetime)
	if err != nil {
		return nil, err
	}
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("create the certificate authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read back the certificate authority: %w", err)
	}
	return &authority{cert, key}, writePEM(l.CACert, "CERTIFICATE", der, 0o644)
}

// issueServing writes a new certificate and key for the API server's loopback addresses.
func (ca *authority) issueServing(certPath, keyPath string) error {
	key, err := newKey(keyPath)
	if err != nil {
		return err
	}
	template, err := newTemplate("kube-apiserver", servingLifetime)
	if err != nil {
		return err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.DNSNames = []string{"localhost"}
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return fmt.Errorf("issue the serving certificate: %w", err)
	}
	return writePEM(certPath, "CERTIFICATE", der, 0o644)
}

func ensureServiceAccountKey(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	_, err := newKey(path)
	return err
}

func newTemplate(commonName string, lifetime time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("draw a serial number: %w", err)
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)),
		Subject:      pkix.Name{CommonName: commonName},
		NotBefore:    now.Add(-clockSkew),
		NotAfter:     now.Add(lifetime),
	}, nil
}

func newKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate the key %s: %w", path, err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the key %s: %w", path, err)
	}
	return key, writePEM(path, "EC PRIVATE KEY", der, 0o600)
}

func readPEM(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM block", path)
	}
	return block.Bytes, nil
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	return writeFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
