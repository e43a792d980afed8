package harness

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"time"
)

// Answer is what a client got.
type Answer struct {
	Status  int
	Backend string   // which one answered; empty when none did
	Serial  *big.Int // of the certificate that the server showed; nil without TLS
}

// Get asks Breakwater for a URL whose host need not resolve. It takes whatever certificate it is shown, and a new
// connection for every https request, so that the certificate is the one in force now.
func (b *Breakwater) Get(url string) (Answer, error) {
	response, err := b.client.Get(url)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return Answer{}, err
	}
	answer := Answer{Status: response.StatusCode, Backend: response.Header.Get(backendHeader)}
	if response.TLS != nil {
		answer.Serial = response.TLS.PeerCertificates[0].SerialNumber
		b.client.CloseIdleConnections()
	}
	return answer, nil
}

// Serves says whether this backend answers the URL with 200. For Eventually.
func (b *Breakwater) Serves(url string, backend *Backend) func() error {
	return func() error { return b.expect(url, http.StatusOK, backend.Name) }
}

// Refuses says whether Breakwater itself answers the URL with this status. For Eventually.
func (b *Breakwater) Refuses(url string, status int) func() error {
	return func() error { return b.expect(url, status, "") }
}

func (b *Breakwater) expect(url string, status int, backend string) error {
	answer, err := b.Get(url)
	if err != nil {
		return err
	}
	if answer.Status != status || answer.Backend != backend {
		return fmt.Errorf("%s: %d from %q, not %d from %q", url, answer.Status, answer.Backend, status, backend)
	}
	return nil
}

// Shows says whether a handshake for the URL shows this certificate. For Eventually.
func (b *Breakwater) Shows(url string, identity Identity) func() error {
	return func() error {
		answer, err := b.Get(url)
		if err != nil {
			return err
		}
		if identity.Serial.Cmp(answer.Serial) != 0 {
			return fmt.Errorf("%s shows certificate %x, not %x", url, answer.Serial, identity.Serial)
		}
		return nil
	}
}

// Trusted says whether a client that trusts only the authority accepts the certificate shown for the URL.
func (b *Breakwater) Trusted(c *Cluster, host string) error {
	dialer := tls.Dialer{
		NetDialer: &net.Dialer{Timeout: 5 * time.Second},
		Config:    &tls.Config{ServerName: host, RootCAs: c.Authority.Pool()},
	}
	connection, err := dialer.Dial("tcp", b.address("https"))
	if err != nil {
		return err
	}
	return connection.Close()
}

// Distrusted is the opposite of Trusted: the handshake works, and the certificate is not one of the authority's.
func (b *Breakwater) Distrusted(c *Cluster, host string) error {
	err := b.Trusted(c, host)
	var unknown *tls.CertificateVerificationError
	if errors.As(err, &unknown) {
		return nil
	}
	return fmt.Errorf("%s: wanted a certificate that is not trusted, got: %v", host, err)
}

func (b *Breakwater) newClient(c *Cluster) *http.Client {
	return &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
				_, port, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				return b.dial(ctx, map[string]string{"443": "https", "80": "http"}[port])
			},
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // which one it is gets compared
		},
	}
}
