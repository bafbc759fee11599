import { join } from 'node:path'
import { readHeader } from '../../files/read-beginning.ts'
import { takeEpochs } from './take-epochs.ts'
import {
  type FolderAt,
  placeOfFile,
  type TrainerFormat,
  type TrainerReading,
  type TrainerRun,
} from './trainer-format.ts'

/** Names that people give the file of a CSVLogger. */
const USUAL_NAME =
  /^(?:.*[_-])?(?:train(?:ing)?|history|log|logs|csv_?log(?:ger)?|epochs?)(?:[_-]\d+)?\.(?:csv|log)$/i

/**
 * Keras' CSVLogger: one file a run, `epoch` first and the metrics sorted by name, `loss` among them. With a name that says nothing it is taken for one only
 * where it has a `val_loss` too. Format: `keras/src/callbacks/csv_logger.py`.
 */
export const keras: TrainerFormat = {
  name: 'Keras',
  async find(folder, root, refused) {
    const found = await Promise.all(
      folder.files
        .filter((file) => /\.(?:csv|log)$/i.test(file))
        .map(async (file) => {
          const [first, ...metrics] = await readHeader(join(folder.path, file), refused)
          const isSorted = metrics.every((name, index) => index === 0 || (metrics[index - 1] ?? '') < name)
          const isPlain = USUAL_NAME.test(file) || metrics.includes('val_loss')
          return first === 'epoch' && isSorted && metrics.includes('loss') && isPlain ? [file] : []
        }),
    )
    return found.flat().map((file) => placeOfFile(folder, root, file, loadLog))
  },
}

async function loadLog(at: FolderAt, reading: TrainerReading): Promise<TrainerRun> {
  const { gaps } = await takeEpochs(at.path, at.where, reading)
  return {
    status: 'unknown',
    startedAt: null,
    endedAt: null,
    params: new Map(),
    gaps,
    origin: { file: at.where },
  }
}
