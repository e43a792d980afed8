package node

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// sockets are WebSockets in which something is said and repeated all the time.
type sockets struct {
	running sync.WaitGroup
	mutex   sync.Mutex
	ends    []end
}

type end struct {
	at     time.Time
	status websocket.StatusCode
	err    error
}

// talk opens as many to a host.
func talk(t *testing.T, host string, count int) *sockets {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &sockets{}
	t.Cleanup(cancel)
	client := visitor()
	client.Timeout = 0 // they are to live longer
	for range count {
		socket, _, err := websocket.Dial(ctx, "ws://"+host+":"+httpPort+"/echo", &websocket.DialOptions{HTTPClient: client})
		if err != nil {
			t.Fatal(err)
		}
		s.running.Go(func() { s.talkOver(ctx, socket) })
	}
	return s
}

func (s *sockets) talkOver(ctx context.Context, socket *websocket.Conn) {
	defer socket.CloseNow()
	pace := time.NewTicker(100 * time.Millisecond)
	defer pace.Stop()
	var err error
	for number := 0; err == nil; number++ {
		<-pace.C
		err = repeated(ctx, socket, fmt.Sprintf("word %d", number))
	}
	if ctx.Err() != nil {
		return // the test ended it
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.ends = append(s.ends, end{at: time.Now(), status: websocket.CloseStatus(err), err: err})
}

func repeated(ctx context.Context, socket *websocket.Conn, word string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := socket.Write(ctx, websocket.MessageText, []byte(word)); err != nil {
		_, _, read := socket.Read(ctx) // what the other side said last tells more than that it is gone
		return fmt.Errorf("%w (%v)", read, err)
	}
	_, answer, err := socket.Read(ctx)
	if err == nil && string(answer) != word {
		err = fmt.Errorf("said %q, heard %q", word, answer)
	}
	return err
}

// waitForEnd waits until all of them have ended, and says how.
func (s *sockets) waitForEnd() []end {
	s.running.Wait()
	return s.ends
}
