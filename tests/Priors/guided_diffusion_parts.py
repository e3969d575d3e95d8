# SPDX-License-Identifier: Apache-2.0
"""UNetModel of guided-diffusion out of the blocks that deepinv ships of it, for configurations that deepinv's own
DiffUNet does not have: for compare-families.py."""

import torch
from deepinv.models import diffunet as blocks


class Stage(blocks.TimestepEmbedSequential):
    pass


class UNetModel(torch.nn.Module):
    """Blocks in the order of Dhariwal and Nichol 2021."""

    def __init__(self, in_channels, out_channels, model_channels, num_res_blocks, attention_resolutions, channel_mult,
                 num_heads=1, num_head_channels=-1, num_heads_upsample=-1, use_scale_shift_norm=False, resblock_updown=False,
                 conv_resample=True, use_new_attention_order=False, image_size=None):
        super().__init__()
        width = 4 * model_channels
        self.features = model_channels
        widths = [int(m * model_channels) for m in channel_mult]

        def block(inside, outside, **more):
            return blocks.ResBlock(inside, width, 0.0, out_channels=outside, use_scale_shift_norm=use_scale_shift_norm, **more)

        def attention(channels, heads):
            return blocks.AttentionBlock(channels, num_heads=heads, num_head_channels=num_head_channels,
                                         use_new_attention_order=use_new_attention_order)

        def resampled(channels, up):
            if resblock_updown:
                return block(channels, channels, up=up, down=not up)
            return (blocks.Upsample if up else blocks.Downsample)(channels, conv_resample)

        self.time_embed = torch.nn.Sequential(torch.nn.Linear(model_channels, width), torch.nn.SiLU(),
                                              torch.nn.Linear(width, width))
        current = widths[0]
        down, kept = [Stage(torch.nn.Conv2d(in_channels, current, 3, padding=1))], [current]
        for level, channels in enumerate(widths):
            for _ in range(num_res_blocks):
                layers = [block(current, channels)]
                current = channels
                if 2**level in attention_resolutions:
                    layers.append(attention(current, num_heads))
                down.append(Stage(*layers))
                kept.append(current)
            if level + 1 < len(widths):
                down.append(Stage(resampled(current, False)))
                kept.append(current)
        self.input_blocks = torch.nn.ModuleList(down)
        self.middle_block = Stage(block(current, current), attention(current, num_heads), block(current, current))
        up = []
        for level, channels in reversed(list(enumerate(widths))):
            for index in range(num_res_blocks + 1):
                layers = [block(current + kept.pop(), channels)]
                current = channels
                if 2**level in attention_resolutions:
                    layers.append(attention(current, num_heads if num_heads_upsample == -1 else num_heads_upsample))
                if level and index == num_res_blocks:
                    layers.append(resampled(current, True))
                up.append(Stage(*layers))
        self.output_blocks = torch.nn.ModuleList(up)
        self.out = torch.nn.Sequential(blocks.normalization(current), torch.nn.SiLU(),
                                       torch.nn.Conv2d(current, out_channels, 3, padding=1))

    def forward(self, x, timesteps):
        embedding = self.time_embed(blocks.timestep_embedding(timesteps, self.features))
        kept = []
        for stage in self.input_blocks:
            x = stage(x, embedding)
            kept.append(x)
        x = self.middle_block(x, embedding)
        for stage in self.output_blocks:
            x = stage(torch.cat([x, kept.pop()], dim=1), embedding)
        return self.out(x)
