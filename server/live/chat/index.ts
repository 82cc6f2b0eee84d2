/**
 * Chat: comments and likes of a broadcast, and the desk at which host and helpers answer.
 *
 * Always true: a comment is said once per id, bound to the product that was being explained; what a muted person says, or
 * what holds a blocked word, is seen by its author alone; a helper does what he was given and no more; the number of likes
 * is exact once flushed, however many taps came.
 * Not here: who is whose host and what is on air (`live/rooms`), delivery (`platform/sockets`), words that the whole
 * platform forbids (`trust/moderation`).
 */
export {
  type CommentView,
  type CommentWish,
  commentsAtStart,
  commentsOf,
  deskTopicOf,
  type Said,
  type SayRefusal,
  say,
  sayAll,
} from './comment.ts'
export { asksSomething } from './questions.ts'
export {
  deskOf,
  markAnswered,
  type Permission,
  permissionsIn,
  pinComment,
  pinnedCommentOf,
  setHelper,
  setRules,
  silence,
  slowSecondsOf,
} from './desk.ts'
export { countLikes, type Likes } from './likes.ts'
export { forgetAuthor } from './forget-author.ts'
export { type CommentRow, countQuestionsWaiting, isBanned, loadComments, whoSaid } from './store.ts'
