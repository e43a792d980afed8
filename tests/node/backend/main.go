// Command backend is a web server in a pod: it says which pod it is and what it was asked, and repeats what comes over a
// WebSocket at /echo.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/coder/websocket"
)

// How long it serves on after SIGTERM: until no proxy sends it anything new.
const servesOn = 5 * time.Second

func main() {
	pod, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Pod", pod)
		fmt.Fprintf(w, "pod %s\npath %s\nhost %s\nproto %s\n", pod, r.URL.Path, r.Host, r.Header.Get("X-Forwarded-Proto"))
	})
	http.HandleFunc("/echo", echo)

	server := http.Server{Addr: ":8080"}
	ended := make(chan struct{})
	go func() {
		ending := make(chan os.Signal, 1)
		signal.Notify(ending, syscall.SIGTERM)
		<-ending
		time.Sleep(servesOn)
		server.Shutdown(context.Background())
		close(ended)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-ended
}

func echo(w http.ResponseWriter, r *http.Request) {
	socket, err := websocket.Accept(w, r, nil)
	if err != nil {
		log.Print(err)
		return
	}
	defer socket.CloseNow()
	for {
		kind, message, err := socket.Read(r.Context())
		if err != nil {
			return
		}
		if err := socket.Write(r.Context(), kind, message); err != nil {
			return
		}
	}
}
