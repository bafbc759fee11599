// Prints every module that is loaded, on stderr: `node --import list-modules.ts script`.
import { registerHooks } from 'node:module'

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) process.stderr.write(`loaded ${url}\n`)
    return next(url, context)
  },
})
