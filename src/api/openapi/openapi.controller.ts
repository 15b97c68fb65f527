import { Controller, Get, Inject } from '@nestjs/common';
import { Answer } from '../answer';
import { Describe } from '../describe';
import { Public } from '../permit';
import { DOCS_PAGE, docsFile } from './docs-files';

/** The document that describes this API. */
export const OPENAPI = Symbol('openapi');

/** What this API takes and gives, for programs and for people. Everything the page needs comes from here. */
@Controller()
@Public()
export class OpenApiController {
  constructor(@Inject(OPENAPI) private readonly document: object) {}

  @Get()
  @Describe({ tag: 'Documentation', summary: 'Leads to the page', answers: { 302: undefined } })
  home(): Answer {
    return new Answer(302, '', { location: '/docs' });
  }

  @Get('openapi.json')
  @Describe({ tag: 'Documentation', summary: 'This document', answers: { 200: undefined } })
  json(): object {
    return this.document;
  }

  @Get('docs')
  @Describe({ tag: 'Documentation', summary: 'A page to browse it', answers: { 200: undefined } })
  page(): Answer {
    return new Answer(200, DOCS_PAGE, { 'content-type': 'text/html; charset=utf-8' });
  }

  @Get('docs/start.js')
  @Describe({ tag: 'Documentation', summary: 'Part of that page', answers: { 200: undefined } })
  start(): Answer {
    return docsFile('start.js');
  }

  @Get('docs/page.css')
  @Describe({ tag: 'Documentation', summary: 'Part of that page', answers: { 200: undefined } })
  style(): Answer {
    return docsFile('page.css');
  }

  @Get('docs/page.js')
  @Describe({ tag: 'Documentation', summary: 'Part of that page', answers: { 200: undefined } })
  script(): Answer {
    return docsFile('page.js');
  }
}
