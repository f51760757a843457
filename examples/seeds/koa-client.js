
if (window.WebSocket) {
    const ws = new WebSocket('ws://localhost:3000');
    ws.onopen = (e) => {
        console.log("连接服务器成功");
    };
    ws.onclose = (e) => {
        console.log("服务器关闭");
    };
    ws.onerror = (e) => {
        console.log("连接出错", e);
    };
    ws.onmessage = (e) => {
        console.log(e.data);
    }
}
  
