using static Sallyport.Http.Tests.Heads;

namespace Sallyport.Http.Tests;

// Connections as clients make them: every framing, pipelined; and some that end in a fault.
internal static class Streams
{
    public static readonly string[] Good =
    [
        Get(""),
        Get("") + Get("X: v\r\n"),
        Post("Content-Length: 11\r\n") + "hello\r\n\r\nyo" + Get(""),
        Post("Transfer-Encoding: chunked\r\n") + "5;a=\"b\"\r\nhello\r\n1\r\n\n\r\n0\r\nX: v\r\nY:\r\n\r\n" + Post("Content-Length: 2\r\n") + "\r\n",
        "GET http://a.test/x HTTP/1.0\r\n\r\n" + Post("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n" + Get(""),
        Get("Content-Length: 0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n") + "\u0081\u0085\n\r\0 any bytes\r\n\r\n",
    ];

    public static readonly string[] Bad =
    [
        Get("X : v\r\n"),
        Get("") + "GET / HTTP/1.1\nHost: a.test\n\n",
        Get("") + "GET / HTTP/1.1\r\nHost: a.test\nX: y\r\n\r\n",
        Post("Content-Length: 3\r\n") + "abc" + Post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
        Post("Transfer-Encoding: chunked\r\n") + "5\r\nhelloX\r\n0\r\n\r\n",
        Post("Transfer-Encoding: chunked\r\n") + "-5\r\nhello\r\n0\r\n\r\n",
        Post("Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\nX: v\rw\r\n\r\n",
        Post("Transfer-Encoding: chunked\r\n") + "1;x\n\r\na\r\n0\r\n\r\n",
    ];
}
