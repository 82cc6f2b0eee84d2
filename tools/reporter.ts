/**
 * What a test run says: one line per file, failures in full, every skip with its reason, the slowest files, and as
 * the very last line `N passed, N failed` (with `, N skipped` when there are any).
 *
 * `tools/test.ts` runs several projects one after the other and sets HAWKER_TEST_RESULTS: then the summary goes into
 * that file, and the closing lines are printed once, for everything together.
 */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node'

export type RunSummary = {
  passed: number
  failures: string[]
  skips: { name: string; reason: string }[]
  files: { path: string; ms: number }[]
}

const slowestShownMax = 5
const consoleLinesKeptMax = 200

/** The end of a run, for one project or for all of them; the last line is the one that is counted. */
export function closingLines(summary: RunSummary): string {
  const lines: string[] = []
  if (summary.failures.length > 0) lines.push('', 'failed:', ...summary.failures.map((name) => `  ${name}`))
  if (summary.skips.length > 0)
    lines.push('', 'skipped:', ...summary.skips.map(({ name, reason }) => `  ${name}: ${reason}`))
  const slowest = summary.files.toSorted((a, b) => b.ms - a.ms).slice(0, slowestShownMax)
  if (slowest.length > 1) {
    lines.push('', 'slowest:', ...slowest.map(({ path, ms }) => `  ${(ms / 1_000).toFixed(1).padStart(6)} s  ${path}`))
  }
  const skipped = summary.skips.length > 0 ? `, ${summary.skips.length} skipped` : ''
  lines.push('', `${summary.passed} passed, ${summary.failures.length} failed${skipped}`)
  return lines.join('\n')
}

export function emptySummary(): RunSummary {
  return { passed: 0, failures: [], skips: [], files: [] }
}

export function addSummaries(a: RunSummary, b: RunSummary): RunSummary {
  return {
    passed: a.passed + b.passed,
    failures: [...a.failures, ...b.failures],
    skips: [...a.skips, ...b.skips],
    files: [...a.files, ...b.files],
  }
}

export default class HouseReporter implements Reporter {
  #vitest: Vitest | undefined
  readonly #consoleOf = new Map<string, string[]>()

  onInit(vitest: Vitest) {
    this.#vitest = vitest
  }

  /** What a test prints is kept, and shown only when its file fails: a passing run stays readable. */
  onUserConsoleLog(log: { content: string; taskId?: string }) {
    const entity = log.taskId === undefined ? undefined : this.#vitest?.state.getReportedEntityById(log.taskId)
    const moduleId = entity === undefined ? '' : entity.type === 'module' ? entity.moduleId : entity.module.moduleId
    const kept = this.#consoleOf.get(moduleId) ?? []
    kept.push(...log.content.trimEnd().split('\n'))
    this.#consoleOf.set(moduleId, kept.slice(-consoleLinesKeptMax))
  }

  onTestModuleEnd(module: TestModule) {
    const cases = [...module.children.allTests()]
    const failed = module.state() === 'failed'
    const counts = (['passed', 'failed', 'skipped'] as const)
      .map((state) => [state, cases.filter((test) => test.result().state === state).length] as const)
      .filter(([, count]) => count > 0)
      .map(([state, count]) => `${count} ${state}`)
    const seconds = (module.diagnostic().duration / 1_000).toFixed(1)
    const what = counts.length > 0 ? counts.join(', ') : 'no test'
    console.log(`${failed ? 'FAIL' : ' ok '} ${pathOf(module)}  (${what}, ${seconds} s)`)
    const printed = this.#consoleOf.get(module.moduleId)
    if (failed && printed) console.log(['  what it printed:', ...printed.map((line) => `  | ${line}`)].join('\n'))
    this.#consoleOf.delete(module.moduleId)
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: TestRunEndReason) {
    const summary = this.#summarise(modules)
    for (const error of unhandled) {
      summary.failures.push(`an error outside of any test: ${messageOf(error)}`)
      console.error('\nan error outside of any test')
      this.#vitest?.logger.printError(error)
    }
    if (reason === 'interrupted') summary.failures.push('the run was interrupted')
    const resultsPath = process.env.HAWKER_TEST_RESULTS
    if (resultsPath) writeFileSync(resultsPath, JSON.stringify(summary))
    else console.log(closingLines(summary))
  }

  #summarise(modules: readonly TestModule[]): RunSummary {
    const summary = emptySummary()
    const isFiltered = this.#vitest?.config.testNamePattern !== undefined
    for (const module of modules) {
      summary.files.push({ path: pathOf(module), ms: module.diagnostic().duration })
      // A file that cannot be loaded, or a group whose preparation throws, has failed as one test.
      for (const holder of [module, ...module.children.allSuites()]) {
        if (holder.errors().length === 0) continue
        const name = holder.type === 'suite' ? `${pathOf(module)} > ${holder.fullName}` : pathOf(module)
        this.#printFailure(module, name, holder.errors())
        summary.failures.push(name)
      }
      for (const test of module.children.allTests()) {
        const name = `${pathOf(module)} > ${test.fullName}`
        const result = test.result()
        if (result.state === 'passed') summary.passed += 1
        else if (result.state === 'failed') {
          this.#printFailure(module, name, result.errors)
          summary.failures.push(name)
        } else if (result.state === 'pending') summary.failures.push(`${name} (never finished)`)
        else if (!isFiltered) summary.skips.push({ name, reason: result.note ?? 'no reason given' })
      }
    }
    return summary
  }

  #printFailure(module: TestModule, name: string, errors: readonly unknown[]) {
    console.error(`\nFAIL ${name}`)
    for (const error of errors) this.#vitest?.logger.printError(error, { project: module.project })
  }
}

function pathOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId)
}

function messageOf(error: unknown): string {
  return error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : String(error)
}
