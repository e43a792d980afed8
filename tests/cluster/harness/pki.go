package harness

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// Authority issues the certificates of one run. Whatever fails here is a broken machine, so it panics.
type Authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
	PEM         []byte
}

// Identity is a certificate with its key, both PEM.
type Identity struct {
	Certificate []byte
	Key         []byte
	Serial      *big.Int
}

// NewAuthority makes one that nobody trusts yet.
func NewAuthority() *Authority {
	key := newKey()
	template := newTemplate(pkix.Name{CommonName: "test-ca"})
	template.IsCA = true
	template.BasicConstraintsValid = true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature
	der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	return &Authority{key: key, certificate: must(x509.ParseCertificate(der)), PEM: toPEM("CERTIFICATE", der)}
}

// Issue makes a certificate for servers and clients. names: DNS names and addresses.
func (a *Authority) Issue(subject pkix.Name, names ...string) Identity {
	return a.IssueFor(validFor, subject, names...)
}

// IssueFor makes one that expires after a time.
func (a *Authority) IssueFor(time time.Duration, subject pkix.Name, names ...string) Identity {
	key := newKey()
	template := newTemplate(subject)
	template.NotAfter = template.NotBefore.Add(time)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	for _, name := range names {
		if address := net.ParseIP(name); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der := must(x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key))
	return Identity{Certificate: toPEM("CERTIFICATE", der), Key: keyPEM(key), Serial: template.SerialNumber}
}

// Pool holds this authority and nothing else.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

const validFor = 60 * 24 * time.Hour

func newTemplate(subject pkix.Name) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))),
		Subject:      subject,
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(validFor),
	}
}

func newKey() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func keyPEM(key crypto.PrivateKey) []byte {
	return toPEM("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
}

func toPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
