/** What can happen to people. */
export type PeopleEvent =
  /** Followers came or went; `followers` is the count after the fact. */
  | { name: 'creator.followers_changed'; creatorId: string; personId: string; followers: number }
  /** A creator sells no more from now on. */
  | { name: 'creator.left'; creatorId: string }
