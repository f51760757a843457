var ws = new WebSocket('ws://localhost:8080')
ws.onopen = function(){}
ws.onclose = function(){}
ws.onmessage = function(){}
ws.send('data')
socket.onerror = function(){}
