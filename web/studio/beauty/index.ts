/**
 * Beauty: what a host may change of his picture before it leaves his device.
 *
 * Always true: it runs on the host's own device, off means untouched, and a machine that cannot follow gets a plainer picture
 * instead of a stuttering one. The model that finds a face is loaded only when a slider needs it, from our own origin.
 * Not here: cameras, microphones and publishing.
 */
export { type Beauty, type BeautyState, hasWebGl2, startBeauty } from './start-beauty.ts'
export { BeautyPanel } from './beauty-panel.tsx'
export { MirrorPage } from './mirror-page.tsx'
export { type BeautySettings, loadSettings, saveSettings } from './settings.ts'
