/**
 * Notifications: what a person is told, at once where a page of his is open, and later where not.
 *
 * Always true: the same news (a kind and a cause) reaches a person once; a person reads his own only.
 * Not here: when something is news (each area says so), mail and texts to phones.
 */
export { type News, notify } from './notify.ts'
export { notificationsRoutes } from './routes.ts'
