import { Controller, Get } from '@nestjs/common';
import { Answer } from '../api/answer';
import { Describe } from '../api/describe';
import { Public } from '../api/permit';

/** One and the same for every address: it looks nothing up, so it can tell nobody anything. */
const PAGE = `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Imaging Failsafe: sign in</title>
</head>
<body>
<h1>Sign in to see what waits for you</h1>
<p>This address belongs to a duty of the imaging failsafe. It shows nothing without a sign-in, and opening it has recorded nothing.</p>
<p>This version has no pages yet. Your own system opens what you were sent through the interface described at
<a href="/docs">/docs</a>: a journey under <code>/api/v1/journeys/</code>, a link under <code>/api/v1/links/</code>.</p>
<p>If you cannot sign in and the matter is pressing, ring the failsafe desk of your hospital.</p>
</body>
</html>
`;

const page = (): Answer =>
  new Answer(200, PAGE, { 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'no-referrer' });

/** Where the links in messages lead. */
@Controller()
@Public()
export class SignInPageController {
  @Get('journeys/:journey')
  @Describe({ tag: 'Pages', summary: 'Says where to sign in', answers: { 200: undefined } })
  journey(): Answer {
    return page();
  }

  @Get('a/:token')
  @Describe({ tag: 'Pages', summary: 'Says where to sign in; changes nothing', answers: { 200: undefined } })
  link(): Answer {
    return page();
  }
}
