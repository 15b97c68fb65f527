import { Injectable } from '@nestjs/common';
import type { Dossier } from './dossier';
import { dossierOf } from './dossier';
import { DossierReader } from './dossier.reader';
import { bundleOf } from './bundle';
import { fhirOf } from './fhir';
import type { Form } from './media';
import { pdfOf } from './pdf/render';
import type { Recorded } from './recorded';
import { HistoriesReader } from '../histories/histories.reader';
import { LedgerReader } from '../ledger/ledger.reader';

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
    private readonly ledger: LedgerReader,
    private readonly histories: HistoriesReader,
  ) {}

  async of(journey: string, form: Form, { redacted, seesPatient }: DossierOptions): Promise<Buffer> {
    const recorded = await this.reader.recorded(journey, seesPatient);
    const dossier = dossierOf(recorded, redacted);
    if (form === 'pdf') return pdfOf(dossier);
    const json = form === 'fhir' ? fhirOf(dossier) : await this.bundle(dossier, recorded);
    return Buffer.from(JSON.stringify(json), 'utf8');
  }

  private async bundle(dossier: Dossier, recorded: Recorded): Promise<object> {
    return bundleOf(dossier, recorded, {
      anchored: await this.ledger.anchored(recorded.journey),
      histories: await this.histories.archivedOf(recorded.journey),
    });
  }
}
