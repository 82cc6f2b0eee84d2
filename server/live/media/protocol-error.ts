/**
 * Thrown when the other side sent bytes that cannot be right. It ends that one connection and nothing else.
 * The message is for our log: it never holds a stream key or bytes of the peer.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}
