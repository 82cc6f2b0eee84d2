/** What can happen to people. */
export type PeopleEvent =
  | { name: 'person.joined'; personId: string }
  /** Followers came or went; `followers` is the count after the fact. */
  | { name: 'creator.followers_changed'; creatorId: string; personId: string; followers: number }
