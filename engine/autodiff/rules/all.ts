import './activation.ts';
import './elementwise.ts';
import './indexing.ts';
import './matmul.ts';
import './none.ts';
import './normalization.ts';
import './reduce.ts';
import './shape.ts';
