// <root>/bin/www 文件
let WebSocket = require('ws')
let wss = new WebSocket.Server({ port: 8080 })
wss.on('connection', (ws) => {
  clog('linked wss')
  ws.on('message', (msg) => {
    clog('message', msg)
    ws.send(
      JSON.stringify({
        msg,
      })
    )
  })
  ws.on('close', (...p) => {
    clog('close', p)
  })
  // ws.send('hi')
})
// 其他代码是express框架的代码。
// express服务监听3000端口
// websocket服务监听8080端口
