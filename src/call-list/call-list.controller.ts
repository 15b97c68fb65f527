import { Controller, Get } from '@nestjs/common';
import { Describe, ValidQuery } from '../api/describe';
import type { Page } from '../api/paging';
import { pageView } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { CallListItem, CallListQuery } from './call-list.reader';
import { CallListReader, callListItem, callListQuery } from './call-list.reader';

/** For people who ring: software lists, a person speaks. */
@Controller(`${API}/call-list`)
export class CallListController {
  constructor(private readonly calls: CallListReader) {}

  @Get()
  @Permit('call-list:read')
  @Describe({
    tag: 'Worklists',
    summary: 'Who is to be rung now, about what, and what was tried before',
    query: callListQuery,
    answers: { 200: pageView(callListItem) },
    problems: ['bad-cursor'],
  })
  list(@ValidQuery() query: CallListQuery): Promise<Page<CallListItem>> {
    return this.calls.list(query);
  }
}
