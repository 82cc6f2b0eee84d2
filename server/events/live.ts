/** What can happen on air. */
export type LiveEvent = {
  name: 'session.started'
  sessionId: string
  roomId: string
  creatorId: string
  title: string
  creatorName: string
  creatorAvatar: string | null
}
