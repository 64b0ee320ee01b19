package simulator

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
)

// Reasons why there is no answer that a user can do something about; see
// [errors.Is].
var (
	ErrNotTLS      = errors.New("it does not speak TLS")
	ErrNotHTTP     = errors.New("it does not speak HTTP")
	ErrCertificate = errors.New("its certificate is not trusted")
	// ErrClientCertificate: it wants one, or does not trust the one that was shown.
	ErrClientCertificate = errors.New("it does not take the client certificate, or wants one")

	errClosed = errors.New("the connection was closed before an answer came")
)

// notReached is the error of a connection that was not made. Where this system has no
// file left for it, that is no fault of the receiver's.
func notReached(err error) error {
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return &Mistake{"this system lets simhook open no more connections", "each is a file: ulimit -n says how many; raise it, or send fewer at one moment"}
	}
	return &NoAnswerError{Err: plainer(err)}
}

// plainer gives the commonest reasons words that say what happened, and takes
// the addresses of sockets out of the others.
func plainer(err error) error {
	var (
		notTLS      tls.RecordHeaderError
		certificate *tls.CertificateVerificationError
		dialled     *net.OpError
		called      *os.SyscallError
	)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errClosed
	case errors.As(err, &notTLS):
		return ErrNotTLS
	case errors.As(err, &certificate):
		return &because{ErrCertificate, certificate.Err}
	case strings.HasPrefix(err.Error(), "malformed HTTP"):
		return ErrNotHTTP
	case refusedClient(err):
		return ErrClientCertificate
	case errors.As(err, &called):
		return called.Err
	case errors.As(err, &dialled):
		return dialled.Err
	}
	return err
}

// refusedClient says whether the receiver ended TLS because of the certificate that
// it was shown, or was not (RFC 8446 section 6.2).
func refusedClient(err error) bool {
	var said *net.OpError
	if !errors.As(err, &said) || said.Op != "remote error" {
		return false
	}
	return strings.Contains(said.Err.Error(), "certificate")
}

// because is a reason with what is behind it.
type because struct{ reason, cause error }

func (b *because) Error() string {
	return b.reason.Error() + ": " + strings.TrimPrefix(b.cause.Error(), "x509: ")
}

func (b *because) Unwrap() []error { return []error{b.reason, b.cause} }
