// Two lint rules of this house that ESLint has no own ones for.

const DIRECTIVE = /^\s*eslint-disable(-next-line|-line)?\b/;

const reasonForLintOff = {
  meta: {
    type: 'suggestion',
    messages: {
      reason: 'Say why: `eslint-disable-next-line rule -- reason`.',
      rule: 'Name the rule that is switched off.',
    },
    schema: [],
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (!DIRECTIVE.test(comment.value)) continue;
          const [head, reason] = comment.value.split(/\s--+\s/, 2);
          const report = (messageId) => context.report({ loc: comment.loc, messageId });
          if (reason === undefined || reason.trim() === '') report('reason');
          if (head.replace(DIRECTIVE, '').trim() === '') report('rule');
        }
      },
    };
  },
};

const fileLength = {
  meta: {
    type: 'suggestion',
    messages: { long: 'The file has {{lines}} lines, over {{max}}: split it by what it does.' },
    schema: [
      { type: 'object', properties: { max: { type: 'integer' } }, additionalProperties: false },
    ],
  },
  create(context) {
    const { max } = context.options[0];
    return {
      Program(node) {
        const lines = context.sourceCode.lines.length;
        if (lines > max) context.report({ node, messageId: 'long', data: { lines, max } });
      },
    };
  },
};

export const houseRules = {
  rules: { 'reason-for-lint-off': reasonForLintOff, 'file-length': fileLength },
};
