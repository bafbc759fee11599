// A process of its own that saves: `node saving-process.ts ROOT NAME COUNT [BYTES] [DIE_AT]`. It prints `ready`, then the
// id of each saved document, and ends with the message of the error where one was thrown. With DIE_AT it kills itself just
// before the operation of that number on the file system.
import { argv, kill, pid, stdout } from 'node:process'
import { messageOf } from '../../src/errors.ts'
import { type FileOperations, fileOperations } from '../../src/stores/atomic-write.ts'
import { directoryStore } from '../../src/stores/directory-store.ts'
import { sampleSave } from './sample-save.ts'
import { storeWorld } from './store-world.ts'

const [root = '', name = '', count = '1', bytes = '0', dieAt = '0'] = argv.slice(2)
let operations = 0

function counted<A extends readonly unknown[], R>(operation: (...words: A) => R): (...words: A) => R {
  return (...words) => {
    operations += 1
    if (operations === Number(dieAt)) kill(pid, 'SIGKILL')
    return operation(...words)
  }
}

const files: FileOperations = {
  link: counted(fileOperations.link),
  lstat: counted(fileOperations.lstat),
  mkdir: counted(fileOperations.mkdir),
  open: counted(fileOperations.open),
  rename: counted(fileOperations.rename),
  unlink: counted(fileOperations.unlink),
}
const store = directoryStore({ root, folder: 'narrative', world: storeWorld({ now: Date.now }), files })

stdout.write('ready\n')
try {
  for (let number = 1; number <= Number(count); number += 1) {
    const { id } = await store.save(sampleSave(name, number, Number(bytes)))
    stdout.write(`${id}\n`)
  }
  stdout.write(`operations ${operations}\n`)
} catch (error) {
  stdout.write(`error ${messageOf(error)}\n`)
}
