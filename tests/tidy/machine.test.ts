/** Nothing in the repository knows the machine it was written on. */
import { habit } from './house.ts'

// Put together here, so that this file does not break its own rule.
const slash = '/'
const homes = ['home', 'Users', 'root', 'work', 'farm'].map((name) => `${slash}${name}${slash}`)
const start = '(?<![\\w.$}*)@~-])'
const machinePath = new RegExp(`${start}(${homes.join('|')})[\\w.-]|[A-Z]:\\\\\\\\?Users\\\\`)
const registryHost = /https?:\/\/[\w.-]*(registry|npmmirror|artifactory|verdaccio|nexus|pypi|proxy\.golang)[\w.-]*/i

habit('no file names a path or a package registry of the machine it was written on', {
  reads: /./,
  complains: ({ text }) => {
    const found: string[] = []
    for (const [index, line] of text.split('\n').entries()) {
      const path = machinePath.exec(line)?.[0]
      if (path !== undefined) found.push(`line ${index + 1}: the path ${path}…`)
      const host = registryHost.exec(line)?.[0]
      if (host !== undefined) found.push(`line ${index + 1}: the registry ${host}`)
    }
    return found
  },
  canaries: [
    { path: 'docs/operations.md', text: `see ${slash}home${slash}ann${slash}hawker` },
    { path: 'tools/a.ts', text: `const here = '${slash}work${slash}main${slash}a'` },
    { path: 'tools/a.ts', text: `import '${slash}root${slash}a.ts'` },
    { path: 'package-lock.json', text: `"resolved": "https:${slash}${slash}registry.example.org${slash}a"` },
  ],
  allows: [
    {
      path: 'server/a.ts',
      text: "const path = '/api/v1/home/first'\nconst b = './work/b.ts'\nconst url = `${base}/work/c`",
    },
  ],
})
