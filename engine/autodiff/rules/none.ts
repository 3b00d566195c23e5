import { declareNoGradient } from '../registry.ts';

declareNoGradient(
  'Shape',
  'Size',
  'Range',
  'ConstantOfShape',
  'NonZero',
  'OneHot',
  'EyeLike',
  'ArgMax',
  'ArgMin',
);
declareNoGradient('Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Not', 'And', 'Or', 'Xor');
declareNoGradient('IsNaN', 'IsInf', 'Sign', 'Floor', 'Ceil', 'Round', 'Mod', 'BitShift');
declareNoGradient('RandomNormal', 'RandomUniform', 'RandomNormalLike', 'RandomUniformLike', 'Constant');
