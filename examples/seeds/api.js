// 构造函数
let ws = new WebSocket(url)
// 属性
ws.binaryType // 连接使用的二进制数据类型。可以用于指定收到的消息的数据类型
// "blob" | "arraybuffer" | "text"
ws.bufferedAmount // 队列中的字节数
ws.extensions // 服务器选择的扩展
ws.protocol // 服务器选择的子协议
ws.readyState // 当前连接的状态
// 0: 表示连接正在建立 CONNECTING
// 1: 表示连接功能    OPEN
// 2: 表示连接下在关闭 CLOSING
// 3: 表示连接已经关闭 CLOSED
ws.url // 连接的绝对url
// 方法
ws.close([code, [reason]]) // 断开
// code 关闭的原因。
// reason 关闭的原因。
ws.send() // 发送数据
// 事件
// 可以使用addEventListener() 添加事件监听器。
ws.close // 关闭时触发
ws.error //
ws.open //
ws.message //
