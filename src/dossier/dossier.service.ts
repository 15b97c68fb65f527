import { Injectable, Optional } from '@nestjs/common';
import type { Dossier } from './dossier';
import { dossierOf } from './dossier';
import { DossierReader } from './dossier.reader';
import { bundleOf } from './bundle';
import { fhirOf } from './fhir';
import type { Form } from './media';
import { pdfOf } from './pdf/render';
import type { Recorded } from './recorded';
import { Histories, Ledger } from './witnesses';

export interface DossierOptions {
  /** For the family. */
  redacted: boolean;
  /** Whether whoever asks may see who the patient is, and free text. */
  seesPatient: boolean;
}

/** A journey's dossier in each of its forms. */
@Injectable()
export class Dossiers {
  constructor(
    private readonly reader: DossierReader,
    @Optional() private readonly ledger?: Ledger,
    @Optional() private readonly histories?: Histories,
  ) {}

  async of(journey: string, form: Form, { redacted, seesPatient }: DossierOptions): Promise<Buffer> {
    const recorded = await this.reader.recorded(journey, seesPatient);
    const dossier = dossierOf(recorded, redacted);
    if (form === 'pdf') return pdfOf(dossier);
    const json = form === 'fhir' ? fhirOf(dossier) : await this.bundle(dossier, recorded);
    return Buffer.from(JSON.stringify(json), 'utf8');
  }

  private async bundle(dossier: Dossier, recorded: Recorded): Promise<object> {
    const anchored = await this.ledger?.anchored(recorded.journey);
    const histories = await this.histories?.archivedOf(recorded.journey);
    return bundleOf(dossier, recorded, {
      anchored: anchored ?? { anchors: [], checkpoint: null, keys: [] },
      histories: histories ?? [],
    });
  }
}
