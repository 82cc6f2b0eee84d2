/**
 * Chat: comments and likes of a broadcast.
 *
 * Always true: a comment is said once per id; what a muted person says is seen by him alone; the number of likes is exact
 * once flushed, however many taps came.
 * Not here: who may speak in which room (`live/rooms`), delivery (`platform/sockets`).
 */
export { asksSomething, commentsAtStart, commentsOf, type CommentView, mutePerson, say } from './comment.ts'
export { countLikes, type Likes } from './likes.ts'
