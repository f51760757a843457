let socket = new WebSocket('ws://localhost:8080')
socket.addEventListener('open', (event) => {
  clog('open', event)
  socket.send('hello')
})
socket.addEventListener('error', (event) => {
  clog('error', event)
  // socket.send('hello');
})
socket.addEventListener('message', (event) => {
  clog('message', event)
})
socket.addEventListener('close', (event) => {
  clog('close', event)
})
