const Koa = require('koa');
const WebSocket = require('ws');
const app = new Koa();

// ...省去无用代码

const server = app.listen(3000);
const ws = new WebSocket.Server({ server });
ws.on('connection', (wsInstance) => {
    wsInstance.on('message', (message) => {
        console.log('received: %s', message); // 接受client 的数据
    });
    wsInstance.send('this is msg from server');
});
