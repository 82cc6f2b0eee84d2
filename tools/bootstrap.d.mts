/** The pure parts, for their tests; the program itself is plain JavaScript because it runs before anything is installed. */
export const commands: Record<string, string[]>
export const nodePackages: Record<string, string>
export function readWords(words: string[]): { command: string; args: string[] }
export function isAtLeast(version: string, wanted: number[]): boolean
export function stampOf(lockText: string, platformName: string): string
export function isInstalledAsLocked(lock: NpmLock, record: NpmLock): boolean
export function npmCommand(env: Record<string, string | undefined>, execPath: string): string[]
export function withLock<Value>(path: string, work: () => Promise<Value>, staleMs?: number): Promise<Value>

export type NpmLock = {
  packages: Record<
    string,
    { version?: string; integrity?: string; link?: boolean; optional?: boolean; devOptional?: boolean; peer?: boolean }
  >
}
